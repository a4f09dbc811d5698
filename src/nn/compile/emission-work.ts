/**
 * What a dispatch does, as a ledger counts it: its multiply-accumulates beside those of a dense layer, and what it must
 * move at least. That is every buffer's touched range once, read, written, or both: caches may save none of it and
 * kernels may move more, so it is a bound that needs no clock.
 */
import type { DispatchKind, Work } from '../../gpu/plan.ts';
import type { DenseWork } from '../tensor/dense-work.ts';
import type { ParameterStore } from '../tensor/parameter-store.ts';
import { isVirtual, type LayerOfDispatch, type ListedDispatch } from './emission.ts';

/** The arenas of a store that layers have ranges of. */
type Arenas = Pick<ParameterStore, 'parameters' | 'gradients' | 'lists' | 'running'>;

export function workOf(listed: ListedDispatch, store: Arenas): Partial<Work> & Pick<Work, 'macs'> {
  return { ...macsOf(listed), ...trafficOf(listed, store), groups: listed.groups };
}

/** What a layer's dispatch makes, beside what it would make if the layer were dense. */
function macsOf({ kind, macs = 0, denseMacs, mask, rows, owner }: ListedDispatch) {
  if (!owner || macs === 0) return { macs };
  return {
    macs,
    denseMacs: denseMacs ?? passMacs(owner.work, kind) * rows,
    outsideMacs: denseMacs === undefined ? Math.round(macs * owner.work.outside) : 0,
    ...(mask && { mask }),
  };
}

/** What a layer declares for the pass that dispatches of this kind are part of. */
function passMacs(work: DenseWork, kind: DispatchKind): number {
  if (kind === 'input-gradient') return work.inputGradient;
  return kind === 'weight-gradient' ? work.weightGradient : work.forward;
}

/** Bindings that are read, those that are written, and those that are added to, which count as both. */
function trafficOf(listed: ListedDispatch, store: Arenas) {
  const { described, kind, owner, buffers, touched, parameters, defines } = listed;
  const accumulates =
    kind === 'update' || parameters['accumulate'] === 1 || defines?.['ACCUMULATE'] === 1;
  const touchedOf = (binding: string): number => {
    const buffer = buffers[binding];
    if (!buffer) return 0;
    return touched?.[binding] ?? (isVirtual(buffer) ? buffer.bytes : rangeOf(buffer, owner, store));
  };
  let bytesRead = 0;
  let bytesWritten = 0;
  for (const { name, kind: binding } of described.bindings) {
    const bytes = binding === 'uniform' ? 0 : touchedOf(name);
    if (binding === 'storage') bytesWritten += bytes;
    if (binding === 'read-only-storage' || accumulates) bytesRead += bytes;
  }
  return { bytesRead, bytesWritten };
}

/** Bytes of a buffer that are the layer's: a range of an arena, or all of any other. */
function rangeOf(buffer: GPUBuffer, owner: LayerOfDispatch | null, store: Arenas): number {
  if (!owner) return buffer.size;
  const sum = (of: (parameter: LayerOfDispatch['parameters'][number]) => number) =>
    owner.parameters.reduce((total, parameter) => total + of(parameter), 0);
  if (buffer === store.parameters) return 4 * sum(({ storage }) => storage);
  if (buffer === store.gradients) {
    return 4 * sum(({ storage, group }) => (group.frozen ? 0 : storage));
  }
  if (buffer === store.lists) return 4 * sum(({ lists }) => lists?.words ?? 0);
  if (buffer === store.running) return 8 * (owner.running?.channels ?? 0);
  return buffer.size;
}
