/** All layouts of sparse weights by name. A new one is a file and a line. */
import type { ChannelChoice } from '../../nn/channel-subset.ts';
import { denseLayout } from '../../nn/dense-layout.ts';
import type { LayoutChoice } from '../../nn/weight-layout.ts';
import { sparseLayers } from '../sparse-layers.ts';
import { blockLayout } from './block.ts';
import { channelChoice } from './channel.ts';
import { patternLayers } from './pattern.ts';
import { unstructuredLayout } from './unstructured.ts';

/** What layouts are chosen by; each takes what it knows. */
export interface LayoutOptions {
  /** Share of weights, or of inner channels, that are not live at first, in [0, 1). */
  readonly sparsity: number;
  /** Output and input channels of a block. */
  readonly rows: number;
  readonly columns: number;
  /** Share of weights that there is room for, in blocks and patterns. As many as live at first if left out. */
  readonly room?: number;
}

/** How a network is stored: what `buildModel` takes. */
export interface NetworkLayout {
  readonly layoutFor: LayoutChoice;
  readonly channelsFor: ChannelChoice;
}

/** Makes a network's layout. Throws `RangeError` where it, or the model built with it, cannot be. */
export type LayoutFactory = (options: LayoutOptions) => NetworkLayout;

const everyChannel: ChannelChoice = () => null;
const ofWeights = (layoutFor: LayoutChoice): NetworkLayout => ({
  layoutFor,
  channelsFor: everyChannel,
});

export const LAYOUTS = {
  dense: () => ofWeights(() => denseLayout),
  block: (options) => ofWeights(sparseLayers(blockLayout(options))),
  pattern: (options) => ofWeights(patternLayers(options)),
  channel: (options) => ({ layoutFor: () => denseLayout, channelsFor: channelChoice(options) }),
  unstructured: (options) => ofWeights(sparseLayers(unstructuredLayout(options))),
} as const satisfies Record<string, LayoutFactory>;

export type LayoutName = keyof typeof LAYOUTS;
