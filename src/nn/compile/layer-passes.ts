/** Both directions of a whole network, layer by layer, so that the list knows whose each dispatch is. */
import type { Emitter } from './emitter.ts';
import type { Network } from './graph.ts';

/** Emits the network from its input to its logits. */
export function emitForward(emit: Emitter, { layers }: Network): void {
  for (const layer of layers) {
    emit.within(layer, () => {
      layer.forward(emit);
    });
  }
}

/** Emits all gradients, given the logits'. Layers before which nothing moves have no part in it. */
export function emitBackward(emit: Emitter, { layers }: Network): void {
  emit.beginBackward();
  for (const layer of layers.toReversed()) {
    if (!layer.output.needsGradient) continue;
    emit.within(layer, () => {
      layer.backward(emit);
    });
  }
}
