/**
 * The chart of forgetting. Each task has a curve, dotted until the task is learnt and drawn in full from there on, with
 * its name where it ends. The strip along the bottom says which task was being learnt when; a faint curve is what came
 * after the moment that is shown.
 */
import { line } from 'd3';
import { nothing, svg } from 'lit';
import { recordedSteps, type Plan, type Recording } from '../../../lab/recording/recording.ts';
import { spread } from '../../style/chart/spread.ts';
import { customProperty } from '../../style/custom-property.ts';
import { formatCount } from '../../style/format.ts';
import { taskAt } from '../../view/moment.ts';
import {
  endLabels,
  taskRanges,
  testsOf,
  type AccuracyCurve,
  type TestedPoint,
} from './accuracy-curves.ts';

/** The left edge is that of the loss curve. */
const MARGIN = { top: 18, right: 66, bottom: 28, left: 34 };
/** Colours of tasks there are; the next ones begin anew with dashes. */
const COLOURS = 10;
/** With more tasks than this, lines and names are smaller. */
export const MANY = 10;
const STRIP = 4;

/** A test of a task that is pointed at. */
export interface Pointed {
  readonly task: number;
  /** Index of the test: 0 is the first that the curve has. */
  readonly test: number;
}

/** Where steps and accuracies are in a picture of a width. */
export interface ForgettingScales {
  readonly width: number;
  readonly height: number;
  readonly x: (step: number) => number;
  readonly y: (accuracy: number) => number;
}

export function forgettingScales(width: number, { tasks, steps }: Plan): ForgettingScales {
  const wanted = Math.min(320, Math.max(220, 0.6 * width));
  const needed = Math.min(400, 12 * tasks.length + MARGIN.top + MARGIN.bottom);
  const height = Math.round(Math.max(wanted, needed));
  const across = width - MARGIN.left - MARGIN.right;
  const up = height - MARGIN.top - MARGIN.bottom;
  return {
    width,
    height,
    x: (step) => MARGIN.left + (across * step) / Math.max(1, steps),
    y: (accuracy) => height - MARGIN.bottom - up * accuracy,
  };
}

/** What is shown. */
export interface ForgettingMoment {
  /** Steps that are done. */
  readonly at: number;
  /** One a task, as they stood then. */
  readonly curves: readonly AccuracyCurve[];
  /** The same as they stand now, where more tests have been made since. */
  readonly later: readonly AccuracyCurve[] | null;
  /** Accuracy of a guess; null where it is not known. */
  readonly chance: number | null;
  /** All tasks are learnt at once. */
  readonly joint: boolean;
  readonly pointed: Pointed | null;
}

/** What stands inside the `svg` element. */
export function forgettingChart(
  recording: Recording,
  scales: ForgettingScales,
  moment: ForgettingMoment,
): unknown {
  const { width, height, x, y } = scales;
  const { at, chance, joint } = moment;
  const { taskEnds } = recording.plan!;
  const right = width - MARGIN.right;
  const past = at < recordedSteps(recording);
  const going = taskAt(recording, at);
  const begun = at > 0 && at < (taskEnds.at(-1) ?? 0);
  return svg`${
    begun && !joint
      ? svg`<rect class="now" x=${x(taskEnds[going - 1] ?? 0)} y=${MARGIN.top}
              width=${x(taskEnds[going]!) - x(taskEnds[going - 1] ?? 0)}
              height=${height - MARGIN.top - MARGIN.bottom} />`
      : nothing
  }
      ${[0, 0.25, 0.5, 0.75, 1].map(
        (
          tick,
        ) => svg`<line class="grid" x1=${MARGIN.left} x2=${right} y1=${y(tick)} y2=${y(tick)} />
          <text x=${MARGIN.left - 8} y=${y(tick)} dy="0.32em" text-anchor="end">${100 * tick}</text>`,
      )}
      ${taskEnds.map(
        (end) => svg`<line class="end" x1=${x(end)} x2=${x(end)}
          y1=${MARGIN.top} y2=${height - MARGIN.bottom} />`,
      )}
      ${
        chance === null
          ? nothing
          : svg`<line class="chance" x1=${MARGIN.left} x2=${right} y1=${y(chance)} y2=${y(chance)} />`
      }
      ${strip(recording.plan!, scales, moment)} ${lines(scales, moment)}
      ${
        chance === null
          ? nothing
          : svg`<text class="name" x=${MARGIN.left + 4} y=${y(chance) - 5}>chance</text>`
      }
      ${
        past
          ? svg`<line class="moment" x1=${x(at)} x2=${x(at)} y1=${MARGIN.top - 2}
                y2=${height - MARGIN.bottom} />
              <circle class="knob" cx=${x(at)} cy=${MARGIN.top - 2} r="3" />
              <text x=${x(at)} y="9"
                text-anchor=${x(at) > width / 2 ? 'end' : 'start'}>step ${formatCount(at)}</text>`
          : nothing
      }
      ${names(scales, moment)}`;
}

function colour(task: number): unknown {
  return customProperty('--colour', `var(--task-${(task % COLOURS) + 1}, var(--accent))`);
}

/** Which task was being learnt when, in the colours of the curves. */
function strip(
  { tasks, taskEnds }: Plan,
  { width, height, x }: ForgettingScales,
  { at, joint }: ForgettingMoment,
): unknown {
  const top = height - MARGIN.bottom;
  if (joint) {
    return svg`<text x=${(x(0) + x(taskEnds.at(-1) ?? 0)) / 2} y=${height - 6}
        text-anchor="middle">learning all tasks at once</text>`;
  }
  const each = (width - MARGIN.left - MARGIN.right) / Math.max(1, tasks.length);
  const every = Math.max(1, Math.ceil(18 / each));
  const word = each > 48 ? 'task ' : '';
  return svg`<g class="strip">${taskEnds.map((end, task) => {
    const start = x(taskEnds[task - 1] ?? 0);
    const wide = Math.max(0, x(end) - start - 1);
    return svg`<rect ${colour(task)} class=${end > at ? 'coming' : ''}
          x=${start + 0.5} y=${top + 2} width=${wide} height=${STRIP} />
        ${
          task % every === 0
            ? svg`<text x=${start + wide / 2} y=${height - 7} text-anchor="middle">${word}${task + 1}</text>`
            : nothing
        }`;
  })}</g>`;
}

function lines(scales: ForgettingScales, { curves, later, pointed }: ForgettingMoment): unknown {
  const { x, y } = scales;
  const path = line<TestedPoint>(
    (point) => x(point.at),
    (point) => y(point.value),
  );
  const many = curves.length > MANY;
  return (later ?? curves).map((full) => {
    const curve = curves[full.task] ?? { ...full, before: [], since: [] };
    const { task, before, since } = curve;
    const aside = pointed !== null && pointed.task !== task;
    const ringed = pointed?.task === task ? testsOf(curve)[pointed.test] : undefined;
    return svg`<g ${colour(task)}
        class=${`curve${task >= COLOURS ? ' dashed' : ''}${aside ? ' aside' : ''}`}>
      ${later ? svg`<path class="ghost" d=${path(full.since) ?? ''} />` : nothing}
      <path class="before" d=${path(before) ?? ''} />
      <path class="since" d=${path(since) ?? ''} />
      ${since.map(
        (point, i) => svg`<circle cx=${x(point.at)} cy=${y(point.value)}
          r=${i === 0 ? (many ? 3.5 : 4.5) : many ? 2 : 3} />`,
      )}
      ${
        ringed
          ? svg`<circle class="ring" cx=${x(ringed.at)} cy=${y(ringed.value)} r="7" />`
          : nothing
      }
    </g>`;
  });
}

/** The names of the tasks that have been learnt, where their curves end. */
function names({ x, y }: ForgettingScales, { curves }: ForgettingMoment): unknown {
  const learnt = curves.filter(({ since }) => since.length > 0);
  const many = curves.length > MANY;
  const gap = many ? 12 : 15;
  const ends = learnt.map(({ since }) => y(since.at(-1)!.value));
  const labels = endLabels(ends, gap);
  const places = spread(
    labels.map(({ position }) => position),
    gap,
    y(1),
    y(0),
  );
  return labels.map((label, i) => {
    const tasks = label.curves.map((k) => learnt[k]!.task);
    const end = x(learnt[label.curves[0]!]!.since.at(-1)!.at);
    const ranges = taskRanges(tasks);
    const word = many ? '' : tasks.length > 1 ? 'tasks ' : 'task ';
    const name = word.length + ranges.length > 10 ? `${tasks.length} tasks` : word + ranges;
    return svg`${label.curves.map(
      (k) => svg`<path class="leader" ${colour(learnt[k]!.task)}
          d=${`M${end + 5},${ends[k]!}L${end + 11},${places[i]!}`} />`,
    )}
        <text class="name" x=${end + 14} y=${places[i]!} dy="0.32em">${name}</text>`;
  });
}
