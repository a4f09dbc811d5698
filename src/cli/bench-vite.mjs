/**
 * How Vite serves the benchmarks, in Node and to a page: source as it is, and the libraries that ours is measured
 * beside bundled beforehand, each into as few files as a user's own bundler would make.
 */
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Their many small modules; gradients are a part of tfjs that its main module leaves out. */
const PEERS = [
  '@tensorflow/tfjs-core',
  '@tensorflow/tfjs-core/dist/register_all_gradients.js',
  '@tensorflow/tfjs-backend-webgpu',
  '@tensorflow/tfjs-backend-webgl',
  '@tensorflow/tfjs-backend-wasm',
];

/** Threads of wasm need memory that pages share only when they are isolated. */
const ISOLATION = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};

/** Files of tfjs's wasm backend, below the root of the checkout. */
export const WASM_FOLDER = 'node_modules/@tensorflow/tfjs-backend-wasm/dist/';

/**
 * Vite's configuration for the module runner of Node.
 * @returns {import('vite').InlineConfig}
 */
export function nodeConfig() {
  return {
    ...base(),
    appType: 'custom',
    server: { middlewareMode: true, hmr: false, ws: false, watch: null },
    optimizeDeps: { noDiscovery: true },
    environments: {
      ssr: {
        resolve: { noExternal: [/^@tensorflow\//] },
        optimizeDeps: { noDiscovery: true, include: PEERS },
      },
    },
  };
}

/**
 * Vite's configuration for the server of the page.
 * @returns {import('vite').InlineConfig}
 */
export function pageConfig() {
  return {
    ...base(),
    appType: 'mpa',
    server: {
      host: '127.0.0.1',
      port: 4283,
      open: false,
      hmr: false,
      ws: false,
      watch: null,
      headers: ISOLATION,
    },
    // Found late, a library would be bundled late and the page loaded anew in the middle of a run.
    optimizeDeps: {
      noDiscovery: true,
      include: [...PEERS, '@jax-js/jax', 'valibot'],
    },
  };
}

/** @returns {import('vite').InlineConfig} */
const base = () => ({
  root: ROOT,
  configFile: false,
  envDir: false,
  logLevel: 'error',
  cacheDir: 'node_modules/.vite-bench',
});
