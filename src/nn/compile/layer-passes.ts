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

/** Emits all gradients, given the logits'. Layers before which nothing moves in this plan have no part in it. */
export function emitBackward(emit: Emitter, network: Network): void {
  emit.beginBackward(movedStorages(emit, network));
  for (const layer of network.layers.toReversed()) {
    if (!emit.needsGradient(layer.output)) continue;
    emit.within(layer, () => {
      layer.backward(emit);
    });
  }
}

/** The tensors that change as what moves in this plan does, by their storage. */
function movedStorages(emit: Emitter, { input, layers }: Network): ReadonlySet<symbol> {
  const moved = new Set<symbol>(input.needsGradient ? [input.storage] : []);
  for (const { inputs, output, parameters } of layers) {
    const moves =
      inputs.some(({ storage }) => moved.has(storage)) ||
      parameters.some(({ name }) => emit.moves(name));
    if (moves) moved.add(output.storage);
  }
  return moved;
}
