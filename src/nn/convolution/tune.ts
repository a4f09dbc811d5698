/**
 * Finds out which kernel variant does each convolution of a network fastest on this device: every variant
 * that fits is timed on the layer itself, with random data, in turns, and the fastest is kept if its
 * results are those of the default. The default stays unless another is clearly faster, so that noise
 * changes nothing.
 */
import type { Gpu } from '../../gpu/device.ts';
import { Memory } from '../../gpu/memory.ts';
import type { PlanEntry } from '../../gpu/plan.ts';
import { Stopwatch, type Timed } from '../../gpu/stopwatch.ts';
import { ActivationPool } from '../compile/activation-pool.ts';
import type { ActivationFormat } from '../compile/emitter.ts';
import type { Network } from '../compile/graph.ts';
import { layerPlan, resultsOf, usesOf, type TunedLayer } from './layer-plan.ts';
import { ParameterStore } from '../tensor/parameter-store.ts';
import {
  available,
  DEFAULT_VARIANT,
  shapeClass,
  tilesInWorkgroupMemory,
  variantsFor,
  type ConvolutionPass,
  type KernelUse,
  type VariantTable,
} from '../compile/variants.ts';

/** How a batch goes through the network. */
export interface TuneBatch {
  /** Rows that go together, a multiple of 4. */
  readonly rows: number;
  /** Whether gradients come back. */
  readonly backward: boolean;
  readonly activations: ActivationFormat;
}

export interface TuneOptions {
  readonly gpu: Gpu;
  readonly network: Network;
  readonly batches: readonly TuneBatch[];
  /** Classes that need no tuning any more. */
  readonly known?: VariantTable;
  /** Also tries what is known to be slower on software adapters, and slow to compile there. */
  readonly everything?: boolean;
  /** Milliseconds for the measurements of one shape class, besides three runs of each variant; 250 if left out. */
  readonly budgetMs?: number;
  /** Shape classes that are done, of all that there are to tune. */
  readonly onProgress?: (done: number, of: number) => void;
  /** Ends tuning at the next measurement; what has been found so far is returned. */
  readonly signal?: AbortSignal;
}

/** Milliseconds of each variant of one shape class, the smallest of all rounds. */
export interface ClassTimes {
  readonly shapeClass: string;
  readonly chosen: string;
  readonly ms: Readonly<Record<string, number>>;
}

export interface Tuned {
  /** Known or found, of the network's own shape classes; those that the default does best are named too. */
  readonly table: VariantTable;
  /** What was measured. */
  readonly times: readonly ClassTimes[];
}

const BUDGET_MS = 250;
const FEWEST_ROUNDS = 3;
const MOST_ROUNDS = 50;
/** A variant whose time is more than this factor of the fastest is not measured again. */
const HOPELESS = 1.5;
/** What another variant's time may be at most, of the default's. */
const CLEARLY_FASTER = 0.95;
/**
 * Of many equally fast variants one is measured fastest by luck. So the fastest is measured against the default again,
 * and must win so many of so many duels; an equally fast one does so one time in sixteen.
 */
const DUELS = 7;
const DUELS_WON = 6;
/** A single run's time may be so wrong: browsers and Dawn round timestamps to 0.1 ms. */
const TOO_SHORT_MS = 0.5;
/**
 * Work that takes longer than this is timed on one of its parts. A part leaves most of a GPU idle, so there the
 * whole is far quicker than its parts one after another, which is what is told of it beforehand.
 */
const LONG_MS = { software: 50, gpu: 500 };
/** max|a − b| / max|b| between a variant's results and the default's: sums of some thousand products, halves. */
const SAME_RESULT = 2e-3;

/** A layer, and what of its work is to be tuned on it. */
interface Job {
  readonly layer: TunedLayer;
  readonly uses: readonly KernelUse[];
}

/**
 * Times the variants of every shape class of the network that `known` leaves out. What it allocates it gives
 * back, and it is not counted among the device's memory. Throws `MemoryError`, `ShaderError`.
 */
export async function tune(options: TuneOptions): Promise<Tuned> {
  const { known = {}, onProgress = () => undefined } = options;
  const gpu: Gpu = { ...options.gpu, memory: new Memory(options.gpu.device) };
  const store = new ParameterStore(gpu, options.network, 'sgd');
  store.initialize(1);
  const stopwatch = new Stopwatch(gpu);
  const table: Record<string, string> = {};
  const times: ClassTimes[] = [];
  try {
    const { jobs, classes } = jobsOf(options, store);
    for (const each of classes) {
      const name = known[each];
      if (name !== undefined) table[each] = name;
    }
    const of = jobs.reduce((sum, { uses }) => sum + uses.length, 0);
    onProgress(0, of);
    for (const job of jobs) {
      const names = new Map(job.uses.map((use) => [use.pass, candidates(options, use)]));
      const found = await fastest(gpu, stopwatch, job, names, options);
      if (!found) break;
      for (const each of found) {
        table[each.shapeClass] = each.chosen;
        times.push(each);
      }
      onProgress(times.length, of);
    }
  } finally {
    stopwatch.close();
    gpu.memory.releaseAll();
  }
  return { table, times };
}

/** One job for each layer that has a shape class which is new, and all classes. */
function jobsOf({ network, batches, known = {} }: TuneOptions, store: ParameterStore) {
  const classes = new Set<string>();
  const jobs: Job[] = [];
  for (const batch of batches) {
    for (const layer of network.layers) {
      const tuned: TunedLayer = { layer, store, ...batch };
      const uses = usesOf(tuned).filter((use) => {
        const name = shapeClass(use);
        const isNew = !classes.has(name) && known[name] === undefined;
        classes.add(name);
        return isNew;
      });
      if (uses.length > 0) jobs.push({ layer: tuned, uses });
    }
  }
  return { jobs, classes };
}

function candidates({ gpu, everything = false }: TuneOptions, use: KernelUse): string[] {
  const spared = gpu.adapter.software && !everything;
  return variantsFor(use)
    .filter((name) => available(gpu, use, name))
    .filter((name) => !spared || !tilesInWorkgroupMemory(use, name));
}

/** Times the candidates of every pass of a job; null if aborted. */
async function fastest(
  shared: Gpu,
  stopwatch: Stopwatch,
  { layer, uses }: Job,
  names: ReadonlyMap<ConvolutionPass, readonly string[]>,
  { signal, budgetMs = BUDGET_MS }: TuneOptions,
): Promise<ClassTimes[] | null> {
  const gpu: Gpu = { ...shared, memory: new Memory(shared.device) };
  try {
    const pool = new ActivationPool(gpu);
    const most = Math.max(...[...names.values()].map(({ length }) => length));
    const contenders = new Map<ConvolutionPass, Contender[]>(uses.map(({ pass }) => [pass, []]));
    for (let i = 0; i < most; i++) {
      if (signal?.aborted) return null;
      const { plan } = await layerPlan(gpu, layer, ({ pass }) => names.get(pass)?.[i], pool);
      for (const [pass, list] of contenders) {
        const name = names.get(pass)![i];
        const entries = plan.entries.filter(({ kind }) => kind === pass);
        if (name !== undefined) list.push({ name, entries, ms: Infinity });
      }
    }
    const chosen = new Map<ConvolutionPass, string>();
    for (const [pass, list] of contenders) {
      const winner = await race(stopwatch, list, budgetMs, gpu.adapter.software, signal);
      if (winner === null) return null;
      chosen.set(pass, winner);
    }
    const wrong = await differing(gpu, layer, chosen);
    return uses.map((use) => ({
      shapeClass: shapeClass(use),
      chosen: wrong.has(use.pass) ? DEFAULT_VARIANT : chosen.get(use.pass)!,
      ms: Object.fromEntries(contenders.get(use.pass)!.map(({ name, ms }) => [name, ms])),
    }));
  } finally {
    gpu.memory.releaseAll();
  }
}

interface Contender {
  readonly name: string;
  readonly entries: readonly PlanEntry[];
  /** The least so far. */
  ms: number;
}

/** Times contenders in turns, the default first, and resolves with the name of the fastest; null if aborted. */
async function race(
  stopwatch: Stopwatch,
  list: readonly Contender[],
  budgetMs: number,
  software: boolean,
  signal: AbortSignal | undefined,
): Promise<string | null> {
  const usual = list[0]!;
  const partly = await isLong(stopwatch, usual.entries, software ? LONG_MS.software : LONG_MS.gpu);
  const time = ({ entries }: Contender, repeats: number): Promise<number> => {
    const { timed, scale } = partly ? onePart(entries) : whole(entries);
    return stopwatch.time(timed, repeats).then((ms) => scale * ms);
  };
  const measure = async (contender: Contender, repeats: number): Promise<number> => {
    const ms = await time(contender, repeats);
    contender.ms = Math.min(contender.ms, ms);
    return ms;
  };
  const first = new Map<Contender, number>();
  for (const contender of list) {
    if (signal?.aborted) return null;
    // The first run of a pipeline pays for what drivers leave until then.
    await stopwatch.time(onePart(contender.entries).timed, 1);
    first.set(contender, await time(contender, 1));
  }
  const shortest = Math.min(...first.values());
  const repeats = partly ? 1 : stopwatch.repeatsFor(shortest);
  // One run may be too short to tell anything; hopeless is then what takes far longer.
  let hopeful = list.filter((each) => first.get(each)! <= HOPELESS * shortest + TOO_SHORT_MS);
  const start = performance.now();
  for (let round = 0; round < MOST_ROUNDS; round++) {
    if (round >= FEWEST_ROUNDS && performance.now() - start > budgetMs) break;
    for (const contender of hopeful) {
      if (signal?.aborted) return null;
      await measure(contender, repeats);
    }
    const least = Math.min(...list.map(({ ms }) => ms));
    hopeful = hopeful.filter((each) => each === usual || each.ms <= HOPELESS * least);
  }
  // Not measured again, and slower than what was.
  for (const each of list) if (each.ms === Infinity) each.ms = first.get(each)!;
  const best = list.reduce((least, each) => (each.ms < least.ms ? each : least));
  if (best === usual || best.ms > CLEARLY_FASTER * usual.ms) return usual.name;
  let won = 0;
  for (let duel = 0; duel < DUELS && duel - won <= DUELS - DUELS_WON; duel++) {
    if (signal?.aborted) return null;
    const theirs = await measure(usual, repeats);
    if ((await measure(best, repeats)) < theirs) won++;
  }
  return won >= DUELS_WON ? best.name : usual.name;
}

const whole = (entries: readonly PlanEntry[]): { timed: Timed[]; scale: number } => ({
  timed: entries.map((entry) => ({ entry })),
  scale: 1,
});

/** The middle part of the entry that makes most products, or all entries where none has parts. */
function onePart(entries: readonly PlanEntry[]): { timed: Timed[]; scale: number } {
  const entry = entries.find(({ parts }) => parts.length > 0);
  if (!entry) return whole(entries);
  const part = entry.parts.length >> 1;
  const scale = entry.whole.workgroups / entry.parts[part]!.workgroups;
  return { timed: [{ entry, part }], scale };
}

async function isLong(
  stopwatch: Stopwatch,
  entries: readonly PlanEntry[],
  limitMs: number,
): Promise<boolean> {
  const { timed, scale } = onePart(entries);
  if (scale === 1) return false;
  // The first run of a pipeline pays for what drivers leave until then.
  await stopwatch.time(timed, 1);
  return scale * (await stopwatch.time(timed, 1)) > limitMs;
}

/**
 * The passes whose chosen variant does not come to the default's results here: a fault of a driver, or
 * lanes in another order than the variant takes for granted.
 */
async function differing(
  gpu: Gpu,
  layer: TunedLayer,
  chosen: ReadonlyMap<ConvolutionPass, string>,
): Promise<Set<ConvolutionPass>> {
  const wrong = new Set<ConvolutionPass>();
  const others = [...chosen].filter(([, name]) => name !== DEFAULT_VARIANT);
  if (others.length === 0) return wrong;
  const usual = await resultsOf(gpu, layer, () => undefined);
  const theirs = await resultsOf(gpu, layer, ({ pass }) => chosen.get(pass));
  for (const [pass] of others) {
    const [a, b] = [theirs.get(pass)!, usual.get(pass)!];
    let worst = 0;
    let largest = 0;
    for (let i = 0; i < b.length; i++) {
      worst = Math.max(worst, Math.abs(a[i]! - b[i]!));
      largest = Math.max(largest, Math.abs(b[i]!));
    }
    if (!(worst <= SAME_RESULT * largest)) wrong.add(pass);
  }
  return wrong;
}
