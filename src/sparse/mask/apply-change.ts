/**
 * Carrying a change of mask out on the GPU: places that a unit has left or taken become 0 in every arena that
 * keeps a number for each entry, then the lists and the live mask follow. For schedule points: it reads and
 * writes the ranges of the parameters that change, one parameter at a time, so that no more memory is taken
 * than the largest of them needs. Norms of layers whose own channels do not change stay as they are.
 */
import type { Gpu } from '../../gpu/device.ts';
import { readBuffer } from '../../gpu/readback.ts';
import type { ParameterStore } from '../../nn/tensor/parameter-store.ts';
import type { ParameterChange } from './mask-units.ts';

/**
 * `known` are stored weights that have been read already, by the parameter's name; none of them may be out of
 * date. Everything that belongs to an entry of the store is in `store.perEntry`.
 */
export async function applyChange(
  gpu: Gpu,
  store: ParameterStore,
  changes: readonly ParameterChange[],
  known: ReadonlyMap<string, Float32Array<ArrayBuffer>>,
): Promise<void> {
  const { queue } = gpu.device;
  for (const { parameter, lists, zeroed, fresh } of changes) {
    if (zeroed.length > 0) {
      const at = store.at(parameter.name) * 4;
      for (const arena of store.perEntry) {
        const isWeights = arena === store.parameters;
        const stored =
          (isWeights ? known.get(parameter.name) : undefined) ??
          new Float32Array(await readBuffer(gpu, arena, at, parameter.storage * 4));
        for (const range of zeroed) stored.fill(0, range.at, range.at + range.length);
        if (isWeights && fresh) fresh.forEach((value, i) => (stored[i]! += value));
        queue.writeBuffer(arena, at, stored);
      }
    }
    store.writeLists(parameter.name, lists);
  }
}
