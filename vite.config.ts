/**
 * The build: a page, a worker and the shaders as static files that work from any folder of any host.
 */
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { defineConfig, type Plugin, type Rolldown } from 'vite';
import { dataPlugin } from './src/data/prepare/vite-plugin.ts';

/**
 * Takes comments and blank lines out of `*.wgsl?raw` when building: a visitor downloads code, a
 * developer reads the whole file. WGSL has no string literals, so a pattern finds comments (unless
 * one block comment sits in another, which no shader here does). Lines of `//!` are not comments but
 * the markers of `src/gpu/shader-source.ts`.
 */
function shaders(): Plugin {
  return {
    name: 'palimpsest-shaders',
    apply: 'build',
    enforce: 'pre',
    load: {
      filter: { id: /\.wgsl\?raw$/ },
      async handler(id) {
        const text = await readFile(id.replace(/\?raw$/, ''), 'utf8');
        return `export default ${JSON.stringify(withoutComments(text))};`;
      },
    },
  };
}

function withoutComments(wgsl: string): string {
  return wgsl
    .replace(/\/\*[^]*?\*\/|\/\/(?!!).*$/gm, '')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .join('\n');
}

const RUN_CLIENT = fileURLToPath(new URL('src/ui/app/run-client.ts', import.meta.url));
const WORKER = "new URL('../../lab/engine/worker.ts', import.meta.url)";

/**
 * Builds the training worker as a second entry of the page, not as a program of its own: what page and worker both
 * import is then one file, which a visitor fetches once.
 */
function sharedWorker(): Plugin {
  return {
    name: 'palimpsest-shared-worker',
    apply: 'build',
    enforce: 'pre',
    transform: {
      filter: { id: RUN_CLIENT },
      handler(code) {
        if (!code.includes(WORKER)) throw new Error(`${RUN_CLIENT} does not say ${WORKER}`);
        const id = fileURLToPath(new URL('src/lab/engine/worker.ts', import.meta.url));
        const file = this.emitFile({ type: 'chunk', id, name: 'worker' });
        return code.replace(WORKER, `import.meta.ROLLUP_FILE_URL_${file}`);
      },
    },
  };
}

/**
 * A fetch of a further part of the page as it is. The bundler would wrap it in a function that preloads what the part
 * imports and tells the window of failures; a worker has neither document nor window.
 */
function plainImports(): Plugin {
  return {
    name: 'palimpsest-plain-imports',
    apply: 'build',
    enforce: 'pre',
    load: {
      filter: { id: /vite\/preload-helper/ },
      handler: () => 'export const __vitePreload = (fetched) => fetched();',
    },
  };
}

const source = (path: string): string => fileURLToPath(new URL(`src/${path}`, import.meta.url));

/** What a module imports: at once, and later besides. Null for what the bundler does not know. */
type Imports = (id: string) => {
  readonly importedIds: readonly string[];
  readonly dynamicallyImportedIds: readonly string[];
} | null;

/** Modules that come with `roots`, and with what those under `later` fetch when they are asked to. */
function reached(
  importsOf: Imports,
  roots: readonly string[],
  later?: string,
): ReadonlySet<string> {
  const found = new Set(roots);
  for (const id of found) {
    const imports = importsOf(id);
    for (const other of imports?.importedIds ?? []) found.add(other);
    if (later === undefined || !id.startsWith(later)) continue;
    for (const other of imports?.dynamicallyImportedIds ?? []) found.add(other);
  }
  return found;
}

/**
 * The first load in few files, which compress better than many: what page and worker share, what the worker opens the
 * device with, and what it then measures the device and counts a run with. The other files are cut by the bundler.
 */
function firstLoad(): NonNullable<Rolldown.OutputOptions['codeSplitting']> {
  const page = [source('ui/main.ts')];
  const worker = [source('lab/engine/worker.ts')];
  const counting = ['estimate', 'speed-test'].map((name) =>
    source(`lab/engine/measure/${name}.ts`),
  );
  const sets = {
    shared: (of: Imports) => intersection(reached(of, page), reached(of, worker, source(''))),
    device: (of: Imports) => reached(of, worker),
    rules: (of: Imports) => intersection(reached(of, counting), reached(of, page, source('ui/'))),
    counting: (of: Imports) => reached(of, counting),
  };
  return {
    groups: Object.entries(sets).map(([name, modules], i, groups) => {
      let known: ReadonlySet<string> | null = null;
      return {
        priority: groups.length - i,
        name(id, bundle) {
          known ??= modules((each) => bundle.getModuleInfo(each));
          return known.has(id) ? name : null;
        },
      };
    }),
  };
}

function intersection(one: ReadonlySet<string>, other: ReadonlySet<string>): ReadonlySet<string> {
  return new Set([...one].filter((id) => other.has(id)));
}

/** White space that style sheets in `css` templates do without; those with a value in them stay as they are. */
function styles(): Plugin {
  return {
    name: 'palimpsest-styles',
    apply: 'build',
    enforce: 'pre',
    transform: {
      filter: { id: /\/src\/ui\/.*\.ts$/ },
      handler: (code) =>
        code.replace(/\bcss`([^`$\\]*)`/g, (_, sheet: string) => `css\`${withoutSpace(sheet)}\``),
    },
  };
}

function withoutSpace(sheet: string): string {
  return sheet
    .replace(/\/\*[^]*?\*\//g, '')
    .replace(/\s+/g, ' ')
    .replace(/ ?([{};,]) ?/g, '$1')
    .trim();
}

/** Nothing inline, and nothing from elsewhere; pictures of the visitor's own are blobs. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "worker-src 'self'",
  "connect-src 'self'",
  "img-src 'self' blob:",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

/** Writes the policy into the built page, so that any static host serves it; a development server needs inline styles. */
function policy(): Plugin {
  return {
    name: 'palimpsest-policy',
    apply: 'build',
    transformIndexHtml: () => [
      {
        tag: 'meta',
        attrs: { 'http-equiv': 'Content-Security-Policy', content: POLICY },
        injectTo: 'head-prepend',
      },
    ],
  };
}

export default defineConfig({
  base: './',
  plugins: [dataPlugin(), shaders(), styles(), sharedWorker(), plainImports(), policy()],
  // Preparing the images takes most of a first build, and says so itself.
  build: {
    target: 'es2022',
    modulePreload: {
      // Every browser that has WebGPU preloads modules by itself.
      polyfill: false,
      // What is fetched later is not preloaded: that would need a document, which the worker does not have.
      resolveDependencies: (_, files, { hostType }) => (hostType === 'html' ? files : []),
    },
    rolldownOptions: {
      checks: { bundlerTimings: false },
      output: { codeSplitting: firstLoad() },
    },
  },
  worker: { format: 'es', plugins: () => [shaders()] },
});
