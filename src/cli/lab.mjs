/**
 * `npm run lab`: starts the headless lab, which is TypeScript with shaders imported as text. Vite's module
 * runner loads it as the tests load it, so that there is one way of reading the source and no build step.
 * It stays open until the run is over, because modules may be imported late.
 */
import { fileURLToPath } from 'node:url';
import { createServer, isRunnableDevEnvironment } from 'vite';

const root = fileURLToPath(new URL('../..', import.meta.url));

const server = await createServer({
  root,
  configFile: false,
  envDir: false,
  logLevel: 'error',
  appType: 'custom',
  server: { middlewareMode: true, hmr: false, ws: false, watch: null },
  optimizeDeps: { noDiscovery: true },
});
const { ssr } = server.environments;

try {
  if (!isRunnableDevEnvironment(ssr)) throw new TypeError('Vite offers no module runner');
  /** @type {{ main: (parameters: readonly string[]) => Promise<number> }} */
  const { main } = await ssr.runner.import(fileURLToPath(new URL('main.ts', import.meta.url)));
  process.exitCode = await main(process.argv.slice(2));
} finally {
  await server.close();
}
