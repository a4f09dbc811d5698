/** The timeline of a run added up: how many steps there are, where tasks end, how much work at which density. */
import type { Config } from '../config/config.ts';
import type { DataShape } from '../config/data-shapes.ts';
import { timeline } from './timeline.ts';
import { WorkByDensity, type DensityWork } from './work-by-density.ts';

export interface RunTotals {
  readonly steps: number;
  /** Steps that are done when each task ends. */
  readonly taskEnds: readonly number[];
  /** Different training images of all tasks, N. */
  readonly images: number;
  /** Images that epochs visit, over those of as many whole epochs: f. Images that join a task's own are left out. */
  readonly dataShare: number;
  readonly maskChanges: number;
  readonly evaluations: number;
  readonly work: readonly DensityWork[];
}

/** Throws `StreamError` on a stream that the set cannot give. */
export function runTotals(config: Config, shape: DataShape): RunTotals {
  const work = new WorkByDensity();
  const taskEnds: number[] = [];
  const counts = { steps: 0, images: 0, visited: 0, maskChanges: 0, evaluations: 0 };
  for (const item of timeline(config, shape)) {
    if ('passes' in item) work.add(item.density, item.passes);
    switch (item.kind) {
      case 'evaluation':
        counts.evaluations++;
        break;
      case 'task-begin':
        counts.images += item.images;
        break;
      case 'epoch':
        counts.visited += item.kept;
        break;
      case 'mask-change':
        counts.maskChanges++;
        break;
      case 'step':
        counts.steps++;
        break;
      case 'task-end':
        taskEnds.push(item.at);
        break;
      case 'load':
      case 'saliency':
      case 'removal':
      case 'strategy-point':
        break;
    }
  }
  const { visited, ...rest } = counts;
  const dataShare = visited / (rest.images * config.epochs);
  return { ...rest, dataShare, taskEnds, work: work.list() };
}
