/** A row of the `step` benchmark, and the tables that its rows make. */
import * as v from 'valibot';
import {
  digits,
  error,
  megabytes,
  milliseconds,
  ParitySchema,
  SummarySchema,
  UsageSchema,
} from '../rows.ts';
import { textTable } from '../text-table.ts';
import { workloadOf } from '../workloads.ts';

export const StepRowSchema = v.strictObject({
  workload: v.string(),
  variant: v.string(),
  /** Share of blocks that are not live. */
  sparsity: v.number(),
  /** Multiply-accumulates that a step executes, and those of the dense network. */
  macs: v.number(),
  denseMacs: v.number(),
  /** GPU bytes by what they are for, as the allocator handed them out. */
  bytes: v.record(v.string(), v.number()),
  /** From the initial weights to the first loss, in milliseconds; kernels that an earlier variant compiled are shared. */
  firstMs: v.number(),
  /** Dense alone: there is no reference of the others. */
  parity: v.optional(ParitySchema),
  failure: v.optional(v.string()),
  /** Milliseconds of a step. */
  step: v.optional(SummarySchema),
  rounds: v.array(v.nullable(v.number())),
  /** Dense time over this variant's, the median of the rounds' ratios. */
  speedUp: v.optional(v.number()),
  usage: v.optional(UsageSchema),
});

export type StepRow = v.InferOutput<typeof StepRowSchema>;

/** For each workload: times, speed-ups beside those of the MACs alone, and bytes. */
export function stepTable(rows: readonly StepRow[]): string {
  const names = [...new Set(rows.map(({ workload }) => workload))];
  return names
    .map((name) => {
      const own = rows.filter(({ workload }) => workload === name);
      return `${workloadOf(name).title}\n\n${timeTable(own)}\n${bytesTable(own)}${notes(own)}`;
    })
    .join('\n');
}

function timeTable(rows: readonly StepRow[]): string {
  const head = [
    'weights',
    ...['median', 'min', 'IQR', 'steps', 'speed-up', 'by MACs', 'GMAC', 'dispatches', 'submits'],
  ];
  return textTable(
    head,
    rows.map(({ variant, step, speedUp, macs, denseMacs, usage }) => [
      variant,
      step ? milliseconds(step.median) : 'not timed',
      step ? milliseconds(step.min) : '',
      step ? milliseconds(step.upper - step.lower) : '',
      step ? String(step.count) : '',
      speedUp === undefined ? '' : digits(speedUp),
      digits(denseMacs / macs),
      digits(macs / 1e9),
      usage ? digits(usage.dispatches) : '',
      usage ? digits(usage.submits) : '',
    ]),
  );
}

function bytesTable(rows: readonly StepRow[]): string {
  const kinds = [...new Set(rows.flatMap(({ bytes }) => Object.keys(bytes)))];
  return textTable(
    ['GPU memory', ...kinds],
    rows.map(({ variant, bytes }) => [
      variant,
      ...kinds.map((kind) => megabytes(bytes[kind] ?? 0)),
    ]),
  );
}

function notes(rows: readonly StepRow[]): string {
  const said = rows.flatMap(({ variant, failure, parity }) => [
    ...(failure === undefined ? [] : [`${variant}: ${failure}\n`]),
    ...(parity
      ? [
          `${variant}: the losses of the first ${parity.steps} steps are within ${error(parity.worst)} ` +
            `of the float64 reference; ${error(parity.tolerance)} is allowed.` +
            `${parity.passed ? '' : ' Not comparable.'}\n`,
        ]
      : []),
  ]);
  return said.length > 0 ? `\n${said.join('')}` : '';
}
