/**
 * Everything that a command has started, and its end. A runner's browsers and servers may live in process groups of
 * their own, and outlive a runner that crashed, so they are found by their parents and, on Linux, by a mark in their
 * environment that children inherit.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';

/** The variable that carries the mark. */
export const MARK = 'PALIMPSEST_STAGE';

/**
 * @typedef {object} Process
 * @property {number} pid
 * @property {number} parent
 */

/** @returns {Process[]} */
function allProcesses() {
  if (process.platform === 'linux') {
    return readdirSync('/proc').flatMap((name) => {
      const stat = /^\d+$/.test(name) ? readOrNothing(`/proc/${name}/stat`) : '';
      // `pid (name) state parent …`, where the name may hold blanks and brackets.
      const parent = /^.*\) . (\d+)/s.exec(stat)?.[1];
      return parent === undefined ? [] : [{ pid: Number(name), parent: Number(parent) }];
    });
  }
  const table = execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' });
  return table
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number))
    .flatMap(([pid, parent]) =>
      pid !== undefined && parent !== undefined ? [{ pid, parent }] : [],
    );
}

/** @param {string} path of a file of a process that may have ended */
function readOrNothing(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

/**
 * A process, all that carry the mark, and all that descend from these.
 * @param {number | undefined} root
 * @param {string} mark value of `MARK` in their environment
 * @returns {number[]} process ids
 */
export function treeOf(root, mark) {
  if (process.platform === 'win32') return [];
  const all = allProcesses();
  const marked = `${MARK}=${mark}\0`;
  const tree = new Set(
    all
      .map(({ pid }) => pid)
      .filter(
        (pid) =>
          pid === root ||
          (process.platform === 'linux' && readOrNothing(`/proc/${pid}/environ`).includes(marked)),
      ),
  );
  for (let size = -1; size !== tree.size;) {
    size = tree.size;
    for (const { pid, parent } of all) if (tree.has(parent)) tree.add(pid);
  }
  tree.delete(process.pid);
  return [...tree];
}

/** Looks so often whether what was killed has gone, and for how long at most: an end takes its time on a busy machine. */
const LOOK_MS = 20;
const LOOKS = 500;

/**
 * Kills the whole tree, over and over until nothing of it is left, since a process may start another one meanwhile.
 * Resolves when all of it has gone, so that what it held (a port, a file) is free.
 * @param {number | undefined} root
 * @param {string} mark
 * @param {readonly number[]} known process ids found earlier, whose parents may have gone since
 * @returns {Promise<void>}
 */
export async function killTree(root, mark, known = []) {
  if (process.platform === 'win32') {
    if (root !== undefined) {
      spawnSync('taskkill', ['/T', '/F', '/PID', String(root)], { stdio: 'ignore' });
    }
    return;
  }
  const victims = new Set([...known, ...treeOf(root, mark)]);
  for (let look = 0; look < LOOKS; look++) {
    const left = [...victims].filter(isRunning);
    if (left.length === 0) return;
    for (const pid of left) kill(pid);
    await pause(LOOK_MS);
    for (const pid of treeOf(root, mark)) victims.add(pid);
  }
}

/** Whether a process is there, and not one that has ended without its parent having looked. @param {number} pid */
function isRunning(pid) {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  return !/^.*\) Z/s.test(readOrNothing(`/proc/${pid}/stat`));
}

/** @param {number} pid */
function kill(pid) {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended in the meantime.
  }
}
