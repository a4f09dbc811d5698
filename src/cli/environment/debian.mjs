/**
 * Installs packages on Debian and its relatives through the machine's own apt sources. Says what it runs,
 * keeps apt's chatter to itself unless something fails, and leaves the list of sources as it was.
 */
import { spawnSync } from 'node:child_process';
import {
  accessSync,
  constants,
  existsSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { derivedLines, derivedStanzas } from './apt-sources.mjs';

const SOURCE_LIST = '/etc/apt/sources.list';
const SOURCE_PARTS = '/etc/apt/sources.list.d';

/** Waits for another apt instead of failing; seconds. */
const LOCK_TIMEOUT = 300;

/** How apt-get is called with the right to install; undefined where that is not possible here. */
export function aptCommand() {
  if (process.platform !== 'linux' || !executable('/usr/bin/apt-get')) return undefined;
  if (process.getuid?.() === 0) return ['apt-get'];
  // -n: never ask for a password in the middle of a test run.
  const sudo = spawnSync('sudo', ['-n', 'true'], { stdio: 'ignore' });
  return sudo.status === 0 ? ['sudo', '-n', 'apt-get'] : undefined;
}

/** @param {string} path */
function executable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Fields of `/etc/os-release`: `ID`, `VERSION_CODENAME`, … */
function osRelease() {
  const text = existsSync('/etc/os-release') ? readFileSync('/etc/os-release', 'utf8') : '';
  return Object.fromEntries(
    text
      .split('\n')
      .map((line) => /^(\w+)="?([^"]*)"?$/.exec(line))
      .filter((match) => match !== null)
      .map((match) => [match[1] ?? '', match[2] ?? '']),
  );
}

/** Ubuntu's `chromium` package is a stub for a snap, so only Debian's own will do. */
export const isDebian = () => osRelease()['ID'] === 'debian';

/**
 * Runs apt-get without questions. Returns the tail of its output if it failed, undefined if it did not.
 * @param {readonly string[]} parameters
 * @returns {string | undefined}
 */
function apt(...parameters) {
  const command = aptCommand();
  if (command === undefined) return 'apt-get cannot be run with the right to install';
  const [program = '', ...first] = command;
  const options = ['-q', '-o', `DPkg::Lock::Timeout=${LOCK_TIMEOUT}`, ...parameters];
  const run = spawnSync(program, [...first, ...options], {
    encoding: 'utf8',
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    maxBuffer: 1 << 26,
  });
  if (run.status === 0) return undefined;
  return gist(`${run.stdout}${run.stderr}${run.error?.message ?? ''}`);
}

/**
 * The lines of a failed installer's output that say what went wrong, without its chatter and traces.
 * @param {string} output
 */
export function gist(output) {
  const lines = output.trim().split('\n');
  const errors = lines.filter((line) => /^(E:|Error|Failed|sudo:)/i.test(line));
  return [...new Set(errors.length > 0 ? errors : lines)].slice(-3).join('\n');
}

/** Fetches the package lists, without which a bare machine knows no package. */
export const aptUpdate = () => apt('update');

/**
 * Major version of the package that `aptInstall` would install; NaN where there is no such package.
 * @param {string} name
 */
export function aptMajorVersion(name) {
  const run = spawnSync('apt-cache', ['policy', name], { encoding: 'utf8' });
  return Number(/Candidate: (?:\d+:)?(\d+)/.exec(run.stdout)?.[1]);
}

/**
 * Installs packages from the suites that the machine already knows.
 * @param {readonly string[]} packages
 * @param {(line: string) => void} say
 * @returns {string | undefined} what went wrong
 */
export function aptInstall(packages, say) {
  say(`apt-get install ${packages.join(' ')}`);
  return apt('install', '-y', '--no-install-recommends', ...packages);
}

/**
 * Installs packages from the release's backports suite, through a source derived from the machine's own
 * list by changing the suite, so that mirrors and keys stay as they are set up.
 * @param {readonly string[]} packages
 * @param {(line: string) => void} say
 * @returns {string | undefined} what went wrong
 */
export function aptInstallBackports(packages, say) {
  const codename = osRelease()['VERSION_CODENAME'];
  if (codename === undefined) return '/etc/os-release names no release';
  const suite = `${codename}-backports`;
  say(`apt-get install -t ${suite} ${packages.join(' ')}`);
  const parts = mkdtempSync(join(tmpdir(), 'palimpsest-apt-'));
  try {
    copySources(parts);
    writeFileSync(join(parts, 'derived.list'), derivedLines(oneLineText(), codename, suite));
    writeFileSync(join(parts, 'derived.sources'), derivedStanzas(stanzaText(), codename, suite));
    // apt reads its sources as an unprivileged user.
    spawnSync('chmod', ['-R', 'a+rX', parts]);
    const sources = [
      '-o',
      'Dir::Etc::SourceList=/dev/null',
      '-o',
      `Dir::Etc::SourceParts=${parts}`,
    ];
    return (
      apt(...sources, 'update') ??
      apt(...sources, 'install', '-y', '--no-install-recommends', '-t', suite, ...packages)
    );
  } finally {
    rmSync(parts, { recursive: true, force: true });
  }
}

/** @param {string} extension */
function sourceFiles(extension) {
  return existsSync(SOURCE_PARTS)
    ? readdirSync(SOURCE_PARTS).filter((file) => file.endsWith(extension))
    : [];
}

function oneLineText() {
  const files = sourceFiles('.list').map((file) => join(SOURCE_PARTS, file));
  return [SOURCE_LIST, ...files]
    .filter((path) => existsSync(path))
    .map((path) => readFileSync(path, 'utf8'))
    .join('\n');
}

function stanzaText() {
  return sourceFiles('.sources')
    .map((file) => readFileSync(join(SOURCE_PARTS, file), 'utf8'))
    .join('\n\n');
}

/** @param {string} folder */
function copySources(folder) {
  writeFileSync(join(folder, 'system.list'), oneLineText());
  writeFileSync(join(folder, 'system.sources'), stanzaText());
}
