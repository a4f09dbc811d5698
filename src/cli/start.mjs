/**
 * `npm start`: builds the lab, serves it on this machine and opens it in the default browser, or prints
 * its address where there is no screen to open one on. Plain JavaScript, since it runs before anything
 * is built.
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { build, preview } from 'vite';

const HELP = `Builds the lab, serves it on this machine and opens it.

  npm start -- [--port N] [--no-open] [--no-build]

  --port N    port to serve on; the first free one from 4173 if not given
  --no-open   print the address and open nothing
  --no-build  serve what the last build left in dist/
  --help      this text
`;

const FIRST_PORT = 4173;

/** @returns {{ port: number | undefined, open: boolean, build: boolean, help: boolean }} */
function readOptions() {
  const { values } = parseArgs({
    options: {
      port: { type: 'string' },
      'no-open': { type: 'boolean', default: false },
      'no-build': { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  const port = values.port === undefined ? undefined : Number(values.port);
  if (port !== undefined && !(Number.isInteger(port) && port >= 1 && port <= 65535)) {
    throw new Error(`--port ${String(values.port)}: a port is a whole number from 1 to 65535`);
  }
  return { port, open: !values['no-open'], build: !values['no-build'], help: values.help };
}

/** Whether a browser window opened here would be seen by anybody. */
function hasScreen() {
  if (process.env['CI']) return false;
  if (process.platform === 'darwin' || process.platform === 'win32') return true;
  return Boolean(process.env['DISPLAY'] ?? process.env['WAYLAND_DISPLAY']);
}

/**
 * Hands an address to the system's own opener. One that is missing or fails is no error: the address is
 * printed anyway.
 * @param {string} url
 */
function openInBrowser(url) {
  const [program, parameters] =
    process.platform === 'darwin'
      ? ['open', [url]]
      : process.platform === 'win32'
        ? ['cmd', ['/c', 'start', '', url]]
        : ['xdg-open', [url]];
  spawn(program, parameters, { stdio: 'ignore', detached: true })
    .on('error', () => undefined)
    .unref();
}

async function start() {
  const options = readOptions();
  if (options.help) {
    process.stdout.write(HELP);
    return;
  }
  const root = fileURLToPath(new URL('../..', import.meta.url));
  if (options.build) {
    console.log('Building the lab; the first build also prepares the images.');
    await build({ root, logLevel: 'info' });
  } else if (!existsSync(new URL('../../dist/index.html', import.meta.url))) {
    throw new Error('dist/ holds no build; leave --no-build out');
  }
  const server = await preview({
    root,
    logLevel: 'warn',
    preview: {
      host: 'localhost',
      port: options.port ?? FIRST_PORT,
      strictPort: options.port !== undefined,
    },
  });
  const url = server.resolvedUrls?.local[0];
  if (url === undefined) throw new Error('the server reports no address');
  const opens = options.open && hasScreen();
  console.log(`The lab is at ${url} (Ctrl-C ends it).`);
  if (opens) openInBrowser(url);
}

try {
  await start();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
