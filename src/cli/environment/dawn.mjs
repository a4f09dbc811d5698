/**
 * Finds an adapter for Dawn, the WebGPU implementation that runs in Node. A real GPU and macOS and
 * Windows need nothing; a Linux machine without a GPU needs a software Vulkan driver, which the Vulkan
 * loader takes from environment variables. Every candidate is tried in a child process.
 */
import { execFile } from 'node:child_process';
import { existsSync, readdirSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findBrowser } from './browser.mjs';

/**
 * @typedef {object} Adapter
 * @property {string} vendor
 * @property {string} architecture
 * @property {string} description
 */

/**
 * @typedef {object} Dawn
 * @property {Adapter} adapter The adapter that Dawn opens under `env`.
 * @property {'gpu' | 'lavapipe' | 'swiftshader'} kind `swiftshader` is four times slower than lavapipe.
 * @property {Readonly<Record<string, string>>} env Variables under which it opens; empty for a system's own driver.
 */

const PROBE = fileURLToPath(new URL('dawn-probe.mjs', import.meta.url));
const PROBE_TIMEOUT_MS = 30_000;

/** Where Linux distributions keep the manifests of installed Vulkan drivers. */
const ICD_FOLDERS = [
  '/usr/share/vulkan/icd.d',
  '/usr/local/share/vulkan/icd.d',
  '/etc/vulkan/icd.d',
];

/**
 * The adapter that Dawn opens in a process with these extra variables; undefined where it finds none,
 * crashes or hangs.
 * @param {Readonly<Record<string, string>>} env
 * @returns {Promise<Dawn | undefined>}
 */
function probe(env) {
  const options = { env: { ...process.env, ...env }, timeout: PROBE_TIMEOUT_MS };
  return new Promise((resolve) => {
    execFile(process.execPath, [PROBE], options, (_, stdout) => {
      // A driver that crashes at exit after having answered is good enough to compute with.
      const line = stdout.split('\n').find((text) => text.startsWith('{'));
      if (line === undefined) {
        resolve(undefined);
        return;
      }
      const adapter = /** @type {Adapter} */ (JSON.parse(line));
      resolve({ adapter, kind: kindOf(adapter), env });
    });
  });
}

/**
 * @param {Adapter} adapter
 * @returns {Dawn['kind']}
 */
function kindOf(adapter) {
  if (adapter.architecture === 'swiftshader') return 'swiftshader';
  return /llvmpipe|lavapipe/i.test(adapter.description) ? 'lavapipe' : 'gpu';
}

/** Mesa's software driver, named outright: a broken GPU driver beside it would spoil the loader's own choice. */
function mesaCandidates() {
  return ICD_FOLDERS.filter((folder) => existsSync(folder))
    .flatMap((folder) => readdirSync(folder).map((file) => join(folder, file)))
    .filter((path) => /lvp_icd.*\.json$/.test(path))
    .map((path) => ({ VK_DRIVER_FILES: path }));
}

/**
 * SwiftShader, which every Chromium carries beside its executable, together with a Vulkan loader. The
 * loader is used only if the system has none: `LD_LIBRARY_PATH` comes second.
 * @param {string} executable of the browser
 */
function swiftshaderCandidates(executable) {
  // `/usr/bin/chromium` is a script on Debian; its program lives in a folder of its own.
  const folders = new Set([dirname(realpathSync(executable)), '/usr/lib/chromium']);
  return [...folders]
    .filter((folder) => existsSync(join(folder, 'vk_swiftshader_icd.json')))
    .flatMap((folder) => {
      const env = { VK_DRIVER_FILES: join(folder, 'vk_swiftshader_icd.json') };
      const path = process.env['LD_LIBRARY_PATH'];
      return [env, { ...env, LD_LIBRARY_PATH: path ? `${folder}:${path}` : folder }];
    });
}

/**
 * The first adapter that opens: the machine's own choice (with whatever `VK_DRIVER_FILES` says), then
 * Mesa's lavapipe, then the SwiftShader of an installed browser. Undefined where none opens.
 * @returns {Promise<Dawn | undefined>}
 */
export async function findDawn() {
  const own = await probe({});
  if (own !== undefined || process.platform !== 'linux') return own;
  for (const env of mesaCandidates()) {
    const dawn = await probe(env);
    if (dawn !== undefined) return dawn;
  }
  const browser = await findBrowser();
  for (const env of browser === undefined ? [] : swiftshaderCandidates(browser.path)) {
    const dawn = await probe(env);
    if (dawn !== undefined) return dawn;
  }
  return undefined;
}

/**
 * Sets this process up to open the adapter. Returns false if that needs a new process started with
 * `dawn.env`: the dynamic linker reads `LD_LIBRARY_PATH` only at start.
 * @param {Dawn} dawn
 */
export function adoptDawn(dawn) {
  const loaderPath = dawn.env['LD_LIBRARY_PATH'];
  const ready = loaderPath === undefined || loaderPath === process.env['LD_LIBRARY_PATH'];
  Object.assign(process.env, dawn.env);
  return ready;
}
