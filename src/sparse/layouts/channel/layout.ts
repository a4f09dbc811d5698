/**
 * Channel sparsity: whole filters are left out, and what is left is a smaller dense network. Only inner
 * channels can go: those between the two convolutions of a residual block, between the convolutions of a
 * chain, the hidden units of a perceptron. The width of a residual stream and of the features stays.
 *
 * A tensor of C channels keeps max(1, round((1 − s)·C)). The weights of a block's pair of convolutions are
 * linear in the width between them, so there s is their sparsity; a convolution between two inner tensors
 * keeps (1 − s)² of its weights.
 */
import type { ChannelChoice, ChannelSubset } from '../../../nn/tensor/channel-subset.ts';
import { liveAt } from '../../budget.ts';
import { randomUnits } from '../../mask/random-units.ts';

export interface ChannelOptions {
  /** Share of inner channels that are left out, in [0, 1). */
  readonly sparsity: number;
}

export function channelChoice({ sparsity }: ChannelOptions): ChannelChoice {
  return (name, channels): ChannelSubset => {
    const live = liveAt(sparsity, channels);
    const stream = `${name} channels`;
    const initial = (seed: number) => randomUnits(stream, seed, channels, live);
    return { name, of: channels, live, initial };
  };
}
