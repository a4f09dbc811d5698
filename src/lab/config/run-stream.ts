/** The stream of a run: which tasks there are and how many images each has. Nothing of a data set is opened. */
import { STRATEGIES } from '../../continual/strategies/registry.ts';
import type { Strategy } from '../../continual/strategies/strategy.ts';
import { createStream, type Stream } from '../../continual/stream/stream.ts';
import type { Config } from './config.ts';
import { atMost, type DataShape } from './data-shapes.ts';

/** Throws `StreamError` where the set cannot give what the config asks for. */
export function streamOf(config: Config, { classes, imagesPerClass }: DataShape): Stream {
  const strategy: Strategy = STRATEGIES[config.strategy];
  const images = atMost(config.imagesPerClass, imagesPerClass);
  return createStream({ ...config, classes, imagesPerClass: images }, strategy.stream);
}
