/**
 * How many times slower this machine is at present than a quiet one of the kind that the tests' patience is written
 * for: a fixed computation on every core at once, by the clock, so that other processes' load counts. All limits of
 * stages and tests are multiplied by it, so that none fails for being slow. Also the worker that computes.
 */
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { Worker, parentPort, workerData } from 'node:worker_threads';

/** The variable by which a measurement is handed down. */
export const SLOWNESS = 'PALIMPSEST_SLOWNESS';

/** What the computation takes on each of two quiet cores of a server of 2023. */
const REFERENCE_MS = 180;
const ROUNDS = 120_000_000;

/** By what a worker of this file is told from others that load it. */
const WORKER = 'slowness';

/** A machine that is slower than this is as good as hung. */
const MOST = 20;

/** Xorshift of 32 bits (Marsaglia, 2003), `ROUNDS` times: a chain that nothing shortens. */
function compute() {
  let x = 1;
  for (let round = 0; round < ROUNDS; round++) {
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
  }
  return x;
}

/** @returns {Promise<number>} from 1 to 20 */
export async function measureSlowness() {
  const path = fileURLToPath(import.meta.url);
  // What a test runner's options would load first is not needed here.
  const workers = Array.from(
    { length: availableParallelism() },
    () => new Worker(path, { execArgv: [], workerData: WORKER }),
  );
  try {
    await Promise.all(workers.map((worker) => once(worker, 'message')));
    const from = performance.now();
    const ends = workers.map((worker) => once(worker, 'message'));
    for (const worker of workers) worker.postMessage('compute');
    await Promise.all(ends);
    return slownessOf(performance.now() - from);
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
}

/**
 * @param {number} ms that the computation took
 */
export const slownessOf = (ms) => Math.min(MOST, Math.max(1, ms / REFERENCE_MS));

/**
 * What was handed down to this process; else measured, and kept for the processes that it starts. So a test that is
 * run by itself has the same patience as within `npm test`.
 * @returns {Promise<number>}
 */
export async function knownSlowness() {
  process.env[SLOWNESS] ??= (await measureSlowness()).toFixed(2);
  return Number(process.env[SLOWNESS]);
}

if (workerData === WORKER && parentPort !== null) {
  const port = parentPort;
  port.on('message', () => {
    port.postMessage(compute());
  });
  port.postMessage('ready');
}
