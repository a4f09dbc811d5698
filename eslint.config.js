/**
 * What the linter holds the code to: strict typed rules, the one direction in which imports point, and
 * the rules of Lit elements and of accessibility for the page.
 */
import { readdirSync } from 'node:fs';
import { importX, createNodeResolver } from 'eslint-plugin-import-x';
import lit from 'eslint-plugin-lit';
import litA11y from 'eslint-plugin-lit-a11y';
import wc from 'eslint-plugin-wc';
import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';
import { house } from './tests/lint/plugin.mjs';

/** What each folder of `src` may import besides itself. `data` stands beside `continual`, `bench` beside `lab`. */
const MAY_IMPORT = {
  options: [],
  gpu: ['options'],
  nn: ['options', 'gpu'],
  sparse: ['options', 'gpu', 'nn'],
  data: ['options', 'gpu'],
  continual: ['options', 'gpu', 'nn', 'sparse', 'data'],
  lab: ['options', 'gpu', 'nn', 'sparse', 'data', 'continual'],
  bench: ['options', 'gpu', 'nn', 'sparse', 'data', 'continual', 'lab'],
  ui: ['options', 'gpu', 'nn', 'sparse', 'data', 'continual', 'lab', 'bench'],
  cli: ['options', 'gpu', 'nn', 'sparse', 'data', 'continual', 'lab', 'bench'],
};

const FOLDERS = Object.keys(MAY_IMPORT);

/** The same for the folders of `src/ui`: pages and views stand side by side, and `app`, which lists them, above. */
const UI_MAY_IMPORT = {
  style: [],
  parts: ['style'],
  view: ['style', 'parts'],
  explain: ['style', 'parts', 'view'],
  views: ['style', 'parts', 'view', 'explain'],
  controls: ['style', 'parts', 'view'],
  benchmark: ['style', 'parts', 'view'],
  'own-images': ['style', 'parts', 'view'],
  runs: ['style', 'parts', 'view', 'views'],
};
const UI_FOLDERS = [...Object.keys(UI_MAY_IMPORT), 'app'];
/** No view knows another. */
const VIEWS = readdirSync(new URL('src/ui/views', import.meta.url));

const zones = [
  ...Object.entries(MAY_IMPORT).map(([folder, allowed]) => ({
    target: `./src/${folder}`,
    from: FOLDERS.filter((other) => other !== folder && !allowed.includes(other)).map(
      (other) => `./src/${other}`,
    ),
    message: `src/${folder} may import from ${['itself', ...allowed].join(', ')} alone.`,
  })),
  ...Object.entries(UI_MAY_IMPORT).map(([folder, allowed]) => ({
    target: `./src/ui/${folder}`,
    from: UI_FOLDERS.filter((other) => other !== folder && !allowed.includes(other)).map(
      (other) => `./src/ui/${other}`,
    ),
    message: `src/ui/${folder} may import from ${['itself', ...allowed].join(', ')} alone.`,
  })),
  ...VIEWS.map((view) => ({
    target: `./src/ui/views/${view}`,
    from: VIEWS.filter((other) => other !== view).map((other) => `./src/ui/views/${other}`),
    message: 'What two views share belongs to src/ui/view.',
  })),
  {
    target: './src/ui',
    from: './src/lab/engine',
    message:
      'What needs a device runs in the worker; the page talks to it through lab/protocol.ts.',
  },
  {
    target: './src/ui',
    from: './src/bench',
    except: ['./device/protocol.ts'],
    message: 'The page knows of the benchmarks the protocol of the device benchmark.',
  },
  {
    target: FOLDERS.filter((folder) => folder !== 'cli' && folder !== 'data').map(
      (folder) => `./src/${folder}`,
    ),
    from: ['./src/data/prepare', './src/data/files.ts'],
    message: 'This runs in Node; what runs in the page cannot import it.',
  },
  { target: './src', from: './tests', message: 'Nothing in src depends on a test.' },
];

/** Engine code receives a GPUDevice, so that the same code runs in a worker, in Node and in tests. */
const RUNTIME_GLOBALS = ['navigator', 'window', 'document', 'location', 'localStorage', 'process'];

/** What has several kinds, each in a file or folder of its own with one line in a registry. */
const REGISTRIES = [
  {
    file: 'src/continual/strategies/registry.ts',
    constant: 'STRATEGIES',
    field: 'strategy',
    entries: '^src/continual/strategies/([^/]+)\\.ts$',
  },
  {
    file: 'src/sparse/dynamics/registry.ts',
    constant: 'DYNAMICS',
    field: 'dynamic',
    entries: '^src/sparse/dynamics/([^/]+)\\.ts$',
  },
  {
    file: 'src/sparse/layouts/registry.ts',
    constant: 'LAYOUTS',
    field: 'layout',
    entries: '^src/sparse/layouts/([^/]+)/.+\\.ts$',
  },
  {
    file: 'src/nn/models/registry.ts',
    constant: 'MODELS',
    field: 'model',
    entries: '^src/nn/models/([^/]+)\\.ts$',
  },
];

/**
 * Data that names kinds because it is about them: configs and defaults, published figures, words for people, workloads,
 * and the plain storage of weights that a network has where no layout was chosen.
 */
const NAMES_ARE_DATA = [
  'src/lab/presets/**',
  'src/lab/published/**',
  'src/lab/config/fields.ts',
  'src/lab/config/dense-twin.ts',
  'src/nn/convolution/dense-layout.ts',
  'src/lab/cost/suited-size.ts',
  'src/ui/explain/texts/**',
  'src/ui/explain/glossary-entries.ts',
  'src/bench/**',
];

export default defineConfig(
  globalIgnores(['dist/', '.cache/', 'tests/.output/']),
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  {
    files: ['**/*.{ts,js,mjs}'],
    extends: [tseslint.configs.strictTypeChecked, importX.flatConfigs.typescript],
    plugins: { 'import-x': importX },
    languageOptions: {
      parserOptions: {
        projectService: { allowDefaultProject: ['eslint.config.js'] },
        tsconfigRootDir: import.meta.dirname,
      },
    },
    settings: { 'import-x/resolver-next': [createNodeResolver()] },
    rules: {
      eqeqeq: 'error',
      'no-console': 'off',
      'object-shorthand': 'error',
      'prefer-const': 'error',
      // `noUncheckedIndexedAccess` makes every a[i] possibly undefined; a loop's bound is proof enough.
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      'import-x/no-cycle': 'error',
      'import-x/no-restricted-paths': ['error', { zones }],
    },
  },
  {
    files: ['src/**/*.ts'],
    plugins: { house },
    rules: {
      'max-lines': ['error', 400],
      'house/no-circle': ['error', 'src'],
    },
  },
  {
    files: ['src/**/*.ts'],
    ignores: NAMES_ARE_DATA,
    rules: { 'house/no-entry-names': ['error', REGISTRIES] },
  },
  { files: ['tests/**/*.{ts,mjs}'], rules: { 'max-lines': ['error', 400] } },
  {
    files: ['src/**'],
    ignores: ['src/cli/**', 'src/data/prepare/**', 'src/data/files.ts'],
    rules: { 'import-x/no-nodejs-modules': 'error' },
  },
  {
    files: ['src/{options,gpu,nn,sparse,continual}/**'],
    rules: {
      'no-restricted-globals': ['error', ...RUNTIME_GLOBALS],
      'no-restricted-properties': [
        'error',
        ...RUNTIME_GLOBALS.flatMap((property) =>
          ['globalThis', 'self'].map((object) => ({ object, property })),
        ),
      ],
    },
  },
  {
    files: ['src/ui/**/*.ts'],
    extends: [
      lit.configs['flat/recommended'],
      wc.configs['flat/best-practice'],
      litA11y.configs.recommended,
    ],
    settings: { wc: { elementBaseClasses: ['LitElement'] } },
    rules: {
      // Lit calls a template's listeners with the element as `this`.
      '@typescript-eslint/unbound-method': 'off',
      // LitElement has every lifecycle method, and the compiler knows it.
      'wc/guard-super-call': 'off',
    },
  },
  // These rules do not see a cast written in JSDoc; the compiler does.
  { files: ['**/*.mjs'], rules: { '@typescript-eslint/no-unsafe-assignment': 'off' } },
  // Several plugins come without types.
  { files: ['eslint.config.js'], extends: [tseslint.configs.disableTypeChecked] },
);
