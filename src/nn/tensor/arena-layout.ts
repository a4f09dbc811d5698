/**
 * Where each parameter lies in the flat arenas: what moves comes first, group by group, so that gradients and optimiser
 * state end where frozen parameters begin, and each group is one range for the update.
 */
import type { GroupedParameter, ParameterGroup } from './parameter-group.ts';

export interface ParameterPlace {
  readonly parameter: GroupedParameter;
  /** Its first float in the arenas, a multiple of 4. */
  readonly at: number;
  /** The first word of its index lists in theirs, where it has any. */
  readonly listsAt: number;
}

/** The range of a group that moves, in floats. */
export interface GroupRange {
  readonly group: ParameterGroup;
  readonly at: number;
  readonly floats: number;
}

export interface ArenaLayout {
  readonly places: readonly ParameterPlace[];
  /** Groups that move, in the order of their ranges, which follow one another from 0 on. */
  readonly moving: readonly GroupRange[];
  /** Floats of what moves, and of everything. */
  readonly movingFloats: number;
  readonly floats: number;
  /** Words of all index lists. */
  readonly words: number;
}

/** Bits of a word of the live mask: sparse parameters begin and end at whole words. */
export const MASK_BITS = 32;

/**
 * Lays out a network's parameters: groups in the order in which the network first has them, those that move before
 * those that are frozen, and within a group the order of the layers. Throws where two groups of one name differ.
 */
export function arrangeParameters(parameters: readonly GroupedParameter[]): ArenaLayout {
  const groups = new Map<string, GroupedParameter[]>();
  for (const parameter of parameters) {
    const members = groups.get(parameter.group.name) ?? [];
    groups.set(parameter.group.name, members);
    members.push(parameter);
    requireSame(members[0]!.group, parameter);
  }
  const places: ParameterPlace[] = [];
  const moving: GroupRange[] = [];
  let [floats, words, movingFloats] = [0, 0, 0];
  for (const frozen of [false, true]) {
    for (const members of groups.values()) {
      const { group } = members[0]!;
      if (group.frozen !== frozen) continue;
      const first = floats;
      for (const parameter of members) {
        if (parameter.lists) floats = roundUp(floats, MASK_BITS);
        places.push({ parameter, at: floats, listsAt: words });
        floats += parameter.storage;
        if (parameter.lists) floats = roundUp(floats, MASK_BITS);
        words += roundUp(parameter.lists?.words ?? 0, 4);
      }
      if (!frozen) moving.push({ group, at: first, floats: floats - first });
    }
    if (!frozen) movingFloats = floats;
  }
  return { places, moving, movingFloats, floats, words };
}

function requireSame(group: ParameterGroup, { name, group: other }: GroupedParameter): void {
  const { frozen, rate, decay } = group;
  if (other.frozen !== frozen || other.rate !== rate || other.decay !== decay) {
    throw new Error(`${name}: its group ${group.name} has other settings elsewhere`);
  }
}

const roundUp = (n: number, to: number): number => Math.ceil(n / to) * to;
