/** Which files differ from a commit, for `npm test -- --changed`. */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** Tried in turn where no commit is named. */
const BASES = ['origin/HEAD', 'origin/main', 'HEAD'];

/**
 * Files that differ from where the branch left the named commit, those of no commit yet included.
 * @param {string} root of the repository
 * @param {string | undefined} reference a commit, branch or tag
 * @returns {{ base: string, changed: string[], present: string[] }} paths from the root on; `present` without those
 *   that are deleted
 * @throws {Error} where there is no such commit, or no repository
 */
export function changedFiles(root, reference) {
  /** @param {readonly string[]} parameters */
  const git = (...parameters) =>
    execFileSync('git', parameters, { cwd: root, encoding: 'utf8', stdio: 'pipe' }).trim();
  /** @param {string} name */
  const known = (name) => {
    try {
      return git('rev-parse', '--verify', '--quiet', `${name}^{commit}`);
    } catch {
      return undefined;
    }
  };
  const name = reference ?? BASES.find((base) => known(base) !== undefined);
  if (name === undefined || known(name) === undefined) {
    throw new Error(`--changed ${reference ?? ''}: git knows no such commit here`);
  }
  const base = git('merge-base', name, 'HEAD');
  /** @param {readonly string[]} parameters */
  const list = (...parameters) =>
    git(...parameters, '-z')
      .split('\0')
      .filter((path) => path !== '');
  const changed = [
    ...list('diff', '--name-only', '--no-renames', '--relative', base),
    ...list('ls-files', '--others', '--exclude-standard'),
  ].sort();
  return {
    base: `${name} (${base.slice(0, 8)})`,
    changed,
    present: changed.filter((path) => existsSync(join(root, path))),
  };
}
