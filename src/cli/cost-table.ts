/** The cost of a run as text: the published formula term by term, then what is counted and what kernels execute. */
import type { CostLine } from '../lab/cost/cost-count.ts';
import { LAYOUTS } from '../sparse/layouts/registry.ts';
import type { CostReport } from '../lab/cost/cost-report.ts';

/** Everything in a cost report but its config. */
export function costTable(report: CostReport): string {
  const { config, shape, published, parameters, notes } = report;
  const perTask = grouped(published.images / report.tasks);
  const sparse = !LAYOUTS[config.layout].masked
    ? ''
    : `, ${config.layout} ${config.sparsity} ${config.dynamic}`;
  const lines = [
    `${shape.title} ${shape.size}×${shape.size}, ${shape.classes} classes, ${config.stream}: ` +
      `${report.tasks} task${report.tasks === 1 ? '' : 's'} of ${perTask} images, ` +
      `${config.epochs} epochs, ${grouped(report.steps)} steps`,
    `${config.model} width ${config.width}${sparse}, ${config.strategy}: ` +
      `${millions(parameters.live)} of ${millions(parameters.matrices)} M weights live`,
    '',
    'published convention: 2·F·N·E·f·[(1 + x)·d + 2·g], replay charged forward only',
    term('F', 'forward pass of an image', `${(published.forwardMacs / 1e6).toFixed(2)} MMAC`),
    term('N', 'training images', grouped(published.images)),
    term('E', 'epochs a task', String(published.epochs)),
    term('f', 'share of the data visited', share(published.dataShare)),
    term('x', 'replayed images for a current one', share(published.replay)),
    term('d', 'density by operations', share(published.density)),
    term('g', 'density of gradients', share(published.gradientDensity)),
    term('', 'FLOPs', exponent(published.flops)),
    ...report.matches.map(matchLine),
    '',
    head('counted: every pass of every row', 'of these outside'),
    ...table(report.counted),
    '',
    head('executed by these kernels', ''),
    ...table({
      ...report.executed,
      lines: report.executed.lines.map((line) => ({ ...line, outside: 0 })),
    }),
    '',
    'Outside: taps beyond the edge of an image, counted by convention and never executed. Not in any sum: norms,',
    'losses, updates, selections, data and evaluation.',
    ...notes.map((note) => `Note: ${note}.`),
  ];
  return `${lines.join('\n')}\n`;
}

function matchLine(match: CostReport['matches'][number]): string {
  const { method, stream, sparsity, flops, known, error, rounds, note } = match;
  const level = sparsity > 0 ? ` ${sparsity}` : '';
  const how = known === 'recalled' ? 'recalled, unverified' : known;
  const off = `${error < 0 ? '−' : '+'}${Math.abs(100 * error).toFixed(1)} %`;
  const met = rounds ? 'rounds to it' : 'does not round to it';
  return (
    term('', `published, ${method}${level}`, exponent(flops)) +
    `  ${stream} (${how}); here ${off}, ${met}` +
    (note === undefined ? '' : `\n      ${note}`)
  );
}

const term = (letter: string, about: string, value: string): string =>
  `  ${letter.padEnd(3)}${about.padEnd(38)}${value.padStart(16)}`;

const head = (title: string, last: string): string =>
  `${title.padEnd(43)}${'FLOPs'.padStart(16)}${last.padStart(18)}`.trimEnd();

function table({ flops, lines }: { readonly flops: number; readonly lines: readonly CostLine[] }) {
  const row = (name: string, count: number, outside: number) =>
    `  ${name.padEnd(41)}${exponent(count).padStart(16)}${outside > 0 ? exponent(outside).padStart(18) : ''}`;
  const outside = lines.reduce((sum, line) => sum + line.outside, 0);
  return [
    ...lines.map((line) => row(line.name, line.flops, line.outside)),
    row('all', flops, outside),
  ];
}

/** 2545428352000000 → "2.545e15" */
export function exponent(value: number): string {
  if (value === 0) return '0';
  return value.toExponential(3).replace('e+', 'e');
}

const share = (value: number): string => String(Number(value.toFixed(4)));
const millions = (value: number): string => (value / 1e6).toPrecision(3);
const grouped = (value: number): string => Math.round(value).toLocaleString('en-GB');
