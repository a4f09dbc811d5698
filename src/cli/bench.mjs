/**
 * `npm run bench`: starts the benchmarks, which are TypeScript with shaders imported as text, through Vite's module
 * runner, as `lab.mjs` starts the lab. It stays open until the run is over, because modules are imported late.
 */
import { fileURLToPath } from 'node:url';
import { createServer, isRunnableDevEnvironment } from 'vite';
import { nodeConfig } from './bench-vite.mjs';

const server = await createServer(nodeConfig());
const { ssr } = server.environments;

try {
  if (!isRunnableDevEnvironment(ssr)) throw new TypeError('Vite offers no module runner');
  const path = fileURLToPath(new URL('bench-main.ts', import.meta.url));
  /** @type {{ main: (parameters: readonly string[]) => Promise<number> }} */
  const { main } = await ssr.runner.import(path);
  process.exitCode = await main(process.argv.slice(2));
} finally {
  await server.close();
}
