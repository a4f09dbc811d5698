/** From a config to its stream and its network: everything about a run that can be had without a GPU. */
import { STRATEGIES } from '../../../continual/strategies/registry.ts';
import type { Strategy } from '../../../continual/strategies/strategy.ts';
import type { Stream } from '../../../continual/stream/stream.ts';
import type { Network } from '../../../nn/compile/graph.ts';
import { buildModel } from '../../../nn/models/registry.ts';
import type { Config } from '../../config/config.ts';
import type { DataShape } from '../../config/data-shapes.ts';
import { runLayout, type RunLayout } from '../../config/run-layout.ts';
import { streamOf } from '../../config/run-stream.ts';
import { remembering } from './model-summary.ts';

export interface RunNetwork {
  readonly strategy: Strategy;
  readonly stream: Stream;
  readonly layout: RunLayout;
  readonly network: Network;
  /** By layer, the name of the layout that stores its weights. */
  readonly storedAs: ReadonlyMap<string, string>;
}

/** Throws `ConfigError`, `StreamError`, `RangeError` on what could not run. */
export async function runNetwork(config: Config, shape: DataShape): Promise<RunNetwork> {
  const layout = await runLayout(config);
  const stream = streamOf(config, shape);
  const { layoutFor, chosen } = remembering(layout.layoutFor);
  const { model, width } = config;
  const network = buildModel(model, width, stream.outputs, layoutFor, layout.channelsFor);
  return { strategy: STRATEGIES[config.strategy], stream, layout, network, storedAs: chosen };
}
