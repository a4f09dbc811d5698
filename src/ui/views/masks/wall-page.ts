/** How the layers of a network share the wall: stages in lines, and one size of unit with which all of them fit. */
import { groupsOf, type Group } from './mask-facts.ts';
import { fitPitch, pictureOf, type MaskPicture } from './mask-picture.ts';
import type { MaskReplay } from './mask-replay.ts';

/** What decides how large pictures are, besides the network. */
export interface WallLook {
  /** px */
  readonly width: number;
  /** Device pixels a CSS pixel. */
  readonly ratio: number;
  /** For two walls beside one another. */
  readonly compact: boolean;
}

export interface WallPage extends WallLook {
  readonly replay: MaskReplay;
  readonly groups: readonly Group[];
  /** One a layer. */
  readonly pictures: readonly MaskPicture[];
}

const GAP = 24;
const NARROW_GAP = 12;
/** Pixels beside the layers of a stage, for its name. */
const MARGIN = 88;
/** Below this width, names of stages stand above their layers. */
export const NARROW = 640;

export const sameLook = (a: WallLook, b: WallLook): boolean =>
  a.width === b.width && a.ratio === b.ratio && a.compact === b.compact;

export function wallPage(replay: MaskReplay, { width, ratio, compact }: WallLook): WallPage {
  const groups = groupsOf(replay.layers);
  const named = groups.some(({ name }) => name !== null) && width >= NARROW;
  const room = {
    width: width - (named ? MARGIN : 0),
    tallest: compact ? 260 : 540,
    height: compact ? 460 : 860,
    gap: width < NARROW ? NARROW_GAP : GAP,
    caption: 64,
    least: 72,
    largest: compact ? 8 : 14,
  };
  const grids = groups.map(({ layers }) => layers.map((i) => replay.layers[i]!.mask.grid));
  const pitch = fitPitch(grids, room, ratio);
  const pictures = replay.layers.map(({ mask }) => pictureOf(mask.grid, pitch, ratio));
  return { replay, width, ratio, compact, groups, pictures };
}
