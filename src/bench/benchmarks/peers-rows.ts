/** A row of the `peers` benchmark, and the tables that its rows make. */
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
import { WORKLOADS } from '../workloads.ts';

export const PeersRowSchema = v.strictObject({
  workload: v.string(),
  stack: v.string(),
  /** `not comparable`: its losses are not the reference's. `unavailable`: it cannot run here. */
  status: v.picklist(['timed', 'not comparable', 'unavailable', 'failed']),
  /** Why it was not timed. */
  reason: v.optional(v.string()),
  parity: v.optional(ParitySchema),
  /** From the initial weights to the first loss, compilation included, in milliseconds. */
  firstMs: v.optional(v.number()),
  /** Milliseconds of a step. */
  step: v.optional(SummarySchema),
  /** Milliseconds by round; null where the stack did not take part. */
  rounds: v.optional(v.array(v.nullable(v.number()))),
  /** Its time over ours, the median of the rounds' ratios. */
  ratio: v.optional(v.number()),
  usage: v.optional(UsageSchema),
});

export type PeersRow = v.InferOutput<typeof PeersRowSchema>;

/** For each workload: times and ratios, WebGPU calls, and why a stack has no time. */
export function peersTable(rows: readonly PeersRow[]): string {
  return WORKLOADS.filter(({ name }) => rows.some(({ workload }) => workload === name))
    .map(({ name, title }) => {
      const own = rows.filter(({ workload }) => workload === name);
      return `${title}\n\n${timeTable(own)}\n${usageTable(own)}${notes(own)}`;
    })
    .join('\n');
}

function timeTable(rows: readonly PeersRow[]): string {
  const head = ['stack', 'median', 'min', 'IQR', 'steps', '× ours', 'first step', 'loss error'];
  return textTable(
    head,
    rows.map(({ stack, status, step, ratio, firstMs, parity }) => [
      stack,
      step ? milliseconds(step.median) : status,
      step ? milliseconds(step.min) : '',
      step ? milliseconds(step.upper - step.lower) : '',
      step ? String(step.count) : '',
      ratio === undefined ? '' : digits(ratio),
      firstMs === undefined ? '' : milliseconds(firstMs),
      parity ? error(parity.worst) : '',
    ]),
  );
}

function usageTable(rows: readonly PeersRow[]): string {
  const head = [
    'WebGPU calls a step',
    ...['dispatches', 'passes', 'submits', 'buffers', 'created', 'written', 'pipelines', 'peak'],
  ];
  return textTable(
    head,
    rows.flatMap(({ stack, usage }) =>
      usage
        ? [
            [
              stack,
              ...[usage.dispatches, usage.passes, usage.submits, usage.buffers].map(digits),
              megabytes(usage.bufferBytes),
              megabytes(usage.writtenBytes),
              digits(usage.pipelines),
              megabytes(usage.peakBytes),
            ],
          ]
        : [],
    ),
  );
}

function notes(rows: readonly PeersRow[]): string {
  const said = rows.flatMap(({ stack, reason }) => (reason ? [`${stack}: ${reason}\n`] : []));
  return said.length > 0 ? `\n${said.join('')}` : '';
}
