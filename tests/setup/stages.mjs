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
 * @property {(files: readonly string[]) => Stage['commands']} [narrow] The commands for a change of these files: no
 *   more of the stage than looks at them, and none where nothing does.
 * @property {string} [journal] Where its runner tells of its tests (`journal.mjs`); a stage without one counts as one.
 * @property {readonly ('browser' | 'dawn')[]} needs
 * @property {boolean} needsBuild
 * @property {boolean} light Takes one core and no GPU, so that two of these run beside each other.
 * @property {number} silence Minutes in which nothing happens, after which it is taken to hang, on a quiet machine.
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
 * A stage that is one passed or one failed. Its tools say nothing before they are done.
 * @param {string} name
 * @param {string} about
 * @param {readonly (readonly string[])[]} commands
 * @returns {Stage}
 */
function check(name, about, ...commands) {
  return { name, about, commands, needs: [], needsBuild: false, light: true, silence: 5 };
}

/** @param {string} stage */
const journalOf = (stage) => join(OUTPUT, `${stage}.jsonl`);

/**
 * A project of `vitest.config.ts`.
 * @param {string} name
 * @param {string} about
 * @param {Stage['needs']} needs
 * @returns {Stage}
 */
function suite(name, about, needs) {
  const options = ['--config', 'tests/vitest.config.ts', '--project', name, '--silent=passed-only'];
  return {
    ...{ name, about, needs, journal: journalOf(name) },
    commands: [tool('vitest', 'run', ...options)],
    narrow: (files) => [tool('vitest', 'related', '--run', ...options, ...files)],
    ...{ needsBuild: false, light: false, silence: 6 },
  };
}

const eslint = tool('eslint', '--max-warnings=0');
const prettier = tool('prettier', '--check', '--log-level', 'warn');
const shaders = [process.execPath, join(root, 'tests/setup/shader-format.mjs')];

/**
 * In the order in which they begin. Of those that run beside each other the longest comes first.
 * @type {readonly Stage[]}
 */
export const STAGES = [
  {
    ...check('lint', 'ESLint, with the direction of imports', [...eslint, '.']),
    narrow: (files) => {
      const code = files.filter((path) => /\.(ts|js|mjs)$/.test(path));
      return code.length === 0 ? [] : [[...eslint, '--no-warn-ignored', ...code]];
    },
  },
  {
    ...check('format', 'Prettier, and the white space of shaders', [...prettier, '.'], shaders),
    narrow: (files) => [
      ...(files.length === 0 ? [] : [[...prettier, '--ignore-unknown', ...files]]),
      ...(files.some((path) => path.endsWith('.wgsl')) ? [shaders] : []),
    ],
  },
  check('types', 'the TypeScript compiler', tool('typescript', '--noEmit')),
  check(
    'unused',
    'files, exports and dependencies that nothing uses',
    tool('knip', '--config', 'tests/knip.json', '--no-progress'),
  ),
  // Before the unit tests, some of which look at the images that it prepares.
  check('build', 'the static site', tool('vite', 'build')),
  suite('unit', 'plain functions, against reference implementations', []),
  suite('kernels', 'shaders on Dawn, against plain CPU versions', ['dawn']),
  suite('kernels-browser', 'what differs of them on a browser’s SwiftShader', ['browser']),
  suite('learning', 'networks that learn, on Dawn', ['dawn']),
  {
    name: 'e2e',
    about: 'the built lab in a browser, on a laptop and a phone',
    commands: [tool('playwright', 'test', '--config', 'tests/playwright.config.ts')],
    journal: journalOf('e2e'),
    needs: ['browser'],
    needsBuild: true,
    light: false,
    silence: 6,
  },
];
