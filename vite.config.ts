/**
 * The build: a page, a worker and the shaders as static files that work from any folder of any host.
 */
import { readFile } from 'node:fs/promises';
import { defineConfig, type Plugin } from 'vite';
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
  plugins: [dataPlugin(), shaders(), styles(), policy()],
  // Preparing the images takes most of a first build, and says so itself.
  build: {
    target: 'es2022',
    // Every browser that has WebGPU preloads modules by itself.
    modulePreload: { polyfill: false },
    rolldownOptions: { checks: { bundlerTimings: false } },
  },
  worker: { format: 'es', plugins: () => [shaders()] },
});
