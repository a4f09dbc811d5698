/**
 * The stages of `npm test`, in the order in which they run: what costs least comes first.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * @typedef {object} Stage
 * @property {string} name As in `--only`.
 * @property {string} about What it proves, for the log.
 * @property {readonly (readonly string[])[]} commands Run in order until one fails.
 * @property {{ runner: 'vitest' | 'playwright', path: string }} [report] Where its runner leaves counts; a stage without one counts as one.
 * @property {readonly ('browser' | 'dawn')[]} needs
 * @property {boolean} needsBuild
 * @property {number} minutes After which it is taken to hang; twelve times that in a long run.
 */

export const root = fileURLToPath(new URL('../..', import.meta.url));

/** Reports and traces; not part of the sources. */
export const OUTPUT = join(root, 'tests/.output');

/**
 * The command that starts a tool of `node_modules` without a shell.
 * @param {string} name of the package
 * @param {readonly string[]} parameters
 */
function tool(name, ...parameters) {
  const folder = join(root, 'node_modules', name);
  const manifest = /** @type {{ bin: string | Record<string, string> }} */ (
    JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  );
  const bin = manifest.bin;
  const file = typeof bin === 'string' ? bin : bin[name === 'typescript' ? 'tsc' : name];
  if (file === undefined) throw new Error(`the package ${name} has no command of its name`);
  return [process.execPath, join(folder, file), ...parameters];
}

/**
 * A stage that is one passed or one failed.
 * @param {string} name
 * @param {string} about
 * @param {readonly (readonly string[])[]} commands
 * @returns {Stage}
 */
function check(name, about, ...commands) {
  return { name, about, commands, needs: [], needsBuild: false, minutes: 5 };
}

/**
 * A project of `vitest.config.ts`.
 * @param {string} name
 * @param {string} about
 * @param {Stage['needs']} needs
 * @param {number} minutes
 * @returns {Stage}
 */
function suite(name, about, needs, minutes) {
  const path = join(OUTPUT, `${name}.json`);
  const command = tool(
    'vitest',
    ...['run', '--config', 'tests/vitest.config.ts', '--project', name],
    ...['--silent=passed-only', '--reporter=default'],
    ...['--reporter=json', `--outputFile.json=${path}`],
  );
  const report = { runner: /** @type {const} */ ('vitest'), path };
  return { name, about, commands: [command], report, needs, needsBuild: false, minutes };
}

/** @type {readonly Stage[]} */
export const STAGES = [
  check(
    'format',
    'Prettier, and the white space of shaders',
    tool('prettier', '--check', '--log-level', 'warn', '.'),
    [process.execPath, join(root, 'tests/setup/shader-format.mjs')],
  ),
  check('types', 'the TypeScript compiler', tool('typescript', '--noEmit')),
  check('lint', 'ESLint, with the direction of imports', tool('eslint', '--max-warnings=0', '.')),
  check(
    'unused',
    'files, exports and dependencies that nothing uses',
    tool('knip', '--config', 'tests/knip.json', '--no-progress'),
  ),
  // Before the unit tests, some of which look at the images that it prepares.
  check('build', 'the static site', tool('vite', 'build')),
  suite('unit', 'plain functions, against reference implementations', [], 6),
  suite('kernels', 'shaders on Dawn, against plain CPU versions', ['dawn'], 8),
  suite('kernels-browser', 'the smoke set of the same on a browser’s SwiftShader', ['browser'], 8),
  suite('learning', 'networks that learn, on Dawn', ['dawn'], 8),
  {
    name: 'e2e',
    about: 'the built lab in a browser, on a laptop and a phone',
    commands: [tool('playwright', 'test', '--config', 'tests/playwright.config.ts')],
    report: { runner: 'playwright', path: join(OUTPUT, 'e2e.json') },
    needs: ['browser'],
    needsBuild: true,
    minutes: 14,
  },
];
