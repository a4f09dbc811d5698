/**
 * Everything that a command has started, and its end. A runner's browsers and servers may live in process groups of
 * their own, and outlive a runner that crashed, so they are found by their parents and, on Linux, by a mark in their
 * environment that children inherit.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';

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

/**
 * Kills the whole tree, over and over until nothing of it is left, since a process may start another one meanwhile.
 * @param {number | undefined} root
 * @param {string} mark
 * @param {readonly number[]} known process ids found earlier, whose parents may have gone since
 */
export function killTree(root, mark, known = []) {
  if (process.platform === 'win32') {
    if (root !== undefined) {
      spawnSync('taskkill', ['/T', '/F', '/PID', String(root)], { stdio: 'ignore' });
    }
    return;
  }
  let victims = new Set([...known, ...treeOf(root, mark)]);
  for (let round = 0; victims.size > 0 && round < 10; round++) {
    for (const pid of victims) kill(pid);
    victims = new Set(treeOf(root, mark).filter((pid) => !isZombie(pid)));
  }
}

/** Ended, but its parent has not looked. @param {number} pid */
const isZombie = (pid) => /^.*\) Z/s.test(readOrNothing(`/proc/${pid}/stat`));

/** @param {number} pid */
function kill(pid) {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended in the meantime.
  }
}
