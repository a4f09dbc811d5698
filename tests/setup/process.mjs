/**
 * Runs a command for `run.mjs`: output passes through without a terminal in between, so that no tool draws spinners.
 * A command is ended, with everything it started, when nothing has happened for a stretch of silence: no output, and
 * nothing new in its journal. How long it takes in all does not matter.
 */
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { statSync } from 'node:fs';
import { MARK, killTree, treeOf } from './process-tree.mjs';

/**
 * @typedef {object} Silence
 * @property {number} ms After which a command is taken to hang, on a quiet machine.
 * @property {number} slowness By which that is multiplied.
 * @property {() => Promise<number>} [measure] The slowness now: a machine may have become busy since.
 */

/**
 * @typedef {object} RunOptions
 * @property {string} cwd
 * @property {Readonly<Record<string, string>>} env
 * @property {Silence} silence
 * @property {string} [journal] Path of a file that grows while things happen.
 * @property {(chunk: Buffer) => void} [write] Gets the output; left out, it passes through.
 * @property {number} [graceMs] For a command to end by itself when it is told to.
 */

/** For runners to close their browsers and servers. */
const GRACE_MS = 5000;

/** Looks for something new so often in a stretch of silence. */
const LOOKS = 50;

/**
 * @param {readonly string[]} command program and its parameters
 * @param {RunOptions} options
 * @returns {Promise<string | undefined>} what went wrong: an exit code, a signal, a silence
 */
export async function run([program = '', ...parameters], options) {
  const { cwd, env, silence, journal, graceMs = GRACE_MS } = options;
  const mark = randomUUID();
  const child = spawn(program, parameters, {
    cwd,
    env: { ...process.env, NO_COLOR: '1', ...env, [MARK]: mark },
    stdio: ['ignore', 'pipe', 'pipe'],
    // A process group of its own, so that an interrupt at the terminal comes from here alone.
    detached: process.platform !== 'win32',
  });
  let heard = 0;
  for (const [stream, through] of /** @type {const} */ ([
    [child.stdout, process.stdout],
    [child.stderr, process.stderr],
  ])) {
    stream.on('data', (/** @type {Buffer} */ chunk) => {
      heard++;
      if (options.write) options.write(chunk);
      else through.write(chunk);
    });
  }

  /** @type {Promise<string | undefined>} */
  const ended = new Promise((resolve) => {
    child.once('error', (error) => {
      resolve(`could not be started: ${error.message}`);
    });
    // Not `close`: what it leaves behind may hold its output open.
    child.once('exit', (code, name) => {
      resolve(code === 0 ? undefined : name === null ? `exit code ${code}` : `signal ${name}`);
    });
  });
  const closed = new Promise((resolve) => {
    child.once('close', resolve);
  });
  const root = () => (child.exitCode === null && child.signalCode === null ? child.pid : undefined);
  /** Lets the command end by itself, then kills what is left. */
  const end = async () => {
    const known = treeOf(root(), mark);
    if (child.pid !== undefined) child.kill('SIGINT');
    await Promise.race([ended, pause(graceMs)]);
    await killTree(root(), mark, known);
  };

  interruptible.add(end);
  const stopping = new AbortController();
  try {
    const grown = () => `${heard} ${journal === undefined ? 0 : sizeOf(journal)}`;
    const hangs = silent(grown, silence, stopping.signal);
    const first = await Promise.race([ended.then(() => undefined), hangs]);
    if (first === undefined) return await ended;
    await end();
    return first;
  } finally {
    stopping.abort();
    // A runner that crashed may have left its browser or server running.
    await killTree(root(), mark);
    await Promise.race([closed, pause(1000)]);
    interruptible.delete(end);
  }
}

/** How to end each command that is running. @type {Set<() => Promise<void>>} */
const interruptible = new Set();

/** Ends this process when it is told to, and what it has started before; at once, if it is told again. */
export function endOnInterrupt() {
  let told = false;
  const interrupt = () => {
    if (told) process.exit(130);
    told = true;
    void Promise.all([...interruptible].map((end) => end())).then(() => process.exit(130));
  };
  process.on('SIGINT', interrupt);
  process.on('SIGTERM', interrupt);
}

/**
 * Resolves with words for a stretch of silence when there is one; never, if stopped before.
 * @param {() => string} grown changes whenever something happens
 * @param {Silence} silence
 * @param {AbortSignal} stopped
 * @returns {Promise<string>}
 */
async function silent(grown, { ms, slowness, measure }, stopped) {
  const tick = Math.min(1000, ms / LOOKS);
  let factor = slowness;
  let before = grown();
  let quiet = 0;
  for (let from = performance.now(); ;) {
    await pause(tick);
    if (stopped.aborted) return new Promise(() => undefined);
    const now = performance.now();
    // Where this process did not come to its turn, the command's may not have either.
    quiet += Math.min(now - from, 2 * tick);
    from = now;
    const after = grown();
    if (after !== before) {
      before = after;
      quiet = 0;
    } else if (quiet >= ms * factor) {
      if (measure) factor = Math.max(factor, await measure());
      if (quiet >= ms * factor && grown() === before) {
        const seconds = Math.round(quiet / 1000);
        return `ended because nothing happened for ${seconds} s (slowness ${factor.toFixed(1)})`;
      }
    }
  }
}

/** @param {string} path */
const sizeOf = (path) => statSync(path, { throwIfNoEntry: false })?.size ?? 0;

/** @param {number} ms */
const pause = (ms) =>
  new Promise((resolve) => {
    setTimeout(resolve, ms).unref();
  });
