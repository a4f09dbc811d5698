/**
 * The rule of `npm test -- --changed`: which stages a change has to pass, and how much of each. Patterns are a folder
 * (`src/ui/`), a file, or an ending (`*.md`).
 */

/** Read by people alone. */
const TEXTS = ['*.md', 'LICENSE', 'public/pictures/'];

/** On which everything that runs depends. */
const BASE = ['package.json', 'package-lock.json', 'tsconfig.json'];

/** What trains and measures, below the lab. */
const ENGINE = ['src/gpu/', 'src/nn/', 'src/sparse/', 'src/continual/', 'shaders/'];

/** What the built page is made of, as far as the engine's own tests do not prove it. */
const PAGE = [
  'src/ui/',
  'src/lab/',
  'src/data/',
  'src/bench/',
  'index.html',
  'public/',
  'vite.config.ts',
];

/** What opens browsers and adapters for tests. */
const RUNTIME = ['src/cli/environment/', 'tests/vitest.config.ts', 'tests/setup/'];

/** Numbers that tests read as files. */
const FIXTURES = ['tests/reference/'];

/**
 * What a stage looks at. Where some of `whole` has changed, all of it runs; else, where some of `touches` has, as much
 * of it as the changed files call for: these files themselves (`files`), the tests that import them (`importers`), or
 * all of it again (`all`).
 * @typedef {object} Rule
 * @property {string} stage
 * @property {'files' | 'importers' | 'all'} runs
 * @property {readonly string[]} touches Everything, if it is `*`.
 * @property {readonly string[]} [except]
 * @property {readonly string[]} [whole]
 * @property {string} looksAt For a person.
 */

/** @type {readonly Rule[]} */
export const RULES = [
  {
    ...{ stage: 'lint', runs: 'files', touches: ['*.ts', '*.js', '*.mjs'] },
    ...{ whole: ['eslint.config.js', ...BASE], looksAt: 'TypeScript and JavaScript' },
  },
  {
    ...{ stage: 'format', runs: 'files', touches: ['*'] },
    ...{
      whole: ['.prettierrc.json', '.prettierignore', 'package-lock.json'],
      looksAt: 'all files',
    },
  },
  {
    ...{ stage: 'types', runs: 'all', touches: ['*'] },
    ...{ except: [...TEXTS, 'shaders/', 'public/', '.ci/'], looksAt: 'code' },
  },
  {
    ...{ stage: 'unused', runs: 'all', touches: ['*'] },
    ...{ except: [...TEXTS, 'shaders/', 'public/', '.ci/'], looksAt: 'code' },
  },
  {
    ...{ stage: 'build', runs: 'all' },
    ...{ touches: [...PAGE, ...BASE, 'tests/e2e/', 'tests/playwright.config.ts'] },
    ...{ except: TEXTS, looksAt: 'the page and its tests' },
  },
  {
    ...{ stage: 'unit', runs: 'importers', touches: ['*'], except: [...TEXTS, '.ci/'] },
    ...{ whole: ['shaders/', ...FIXTURES, ...RUNTIME, ...BASE], looksAt: 'code' },
  },
  ...['kernels', 'kernels-browser'].map(
    (stage) =>
      /** @type {Rule} */ ({
        ...{ stage, runs: 'importers' },
        ...{
          touches: [
            ...ENGINE,
            'src/lab/',
            'src/data/',
            'src/bench/',
            'tests/kernels/',
            'tests/examples/',
          ],
        },
        ...{ except: TEXTS, whole: ['shaders/', ...FIXTURES, ...RUNTIME, ...BASE] },
        ...{ looksAt: 'what computes, and shaders' },
      }),
  ),
  {
    ...{ stage: 'learning', runs: 'all' },
    ...{ touches: [...ENGINE, 'tests/learning/', ...BASE], except: TEXTS },
    ...{ looksAt: 'what trains, and shaders' },
  },
  {
    ...{ stage: 'e2e', runs: 'all' },
    ...{ touches: [...PAGE, ...BASE, 'tests/e2e/', 'tests/playwright.config.ts'] },
    ...{ except: TEXTS, looksAt: 'the page and its tests' },
  },
];

/** Tests that read files which they do not import: where some of `touches` has changed, these run too. */
export const READERS = [
  { tests: ['tests/unit/bench/peers-stay-out.test.ts'], touches: ['src/'] },
  { tests: ['tests/unit/ui/explain-texts.test.ts'], touches: ['src/'] },
  {
    tests: ['tests/unit/ui/heat.test.ts', 'tests/unit/ui/mask-inks.test.ts'],
    touches: ['src/ui/tokens.css'],
  },
];

/**
 * @typedef {object} Choice
 * @property {string} stage
 * @property {'all' | 'some' | 'none'} runs
 * @property {readonly string[]} files Of `some`: the files, or those whose importers run.
 * @property {string} why
 */

/**
 * What is to run of each stage.
 * @param {readonly string[]} changed paths from the project's folder on
 * @returns {Choice[]}
 */
export function choose(changed) {
  return RULES.map((rule) => {
    const { stage, touches, except = [], whole = [], looksAt } = rule;
    const seen = changed.filter((path) => !matches(path, except));
    const touched = seen.filter((path) => matches(path, touches));
    const cause = seen.find((path) => matches(path, whole));
    if (cause !== undefined) return { stage, runs: 'all', files: [], why: `${cause} has changed` };
    const [first] = touched;
    if (first === undefined) {
      return { stage, runs: 'none', files: [], why: `nothing has changed of ${looksAt}` };
    }
    if (rule.runs === 'all') return { stage, runs: 'all', files: [], why: `${first} has changed` };
    const readers = rule.runs === 'importers' ? readersOf(changed) : [];
    const files = [...new Set([...touched, ...readers])];
    return { stage, runs: 'some', files, why: `${touched.length} files have changed` };
  });
}

/** @param {readonly string[]} changed */
const readersOf = (changed) =>
  READERS.filter(({ touches }) => changed.some((path) => matches(path, touches))).flatMap(
    ({ tests }) => tests,
  );

/**
 * @param {string} path
 * @param {readonly string[]} patterns
 */
function matches(path, patterns) {
  return patterns.some((pattern) => {
    if (pattern.startsWith('*')) return path.endsWith(pattern.slice(1));
    return pattern.endsWith('/') ? path.startsWith(pattern) : path === pattern;
  });
}
