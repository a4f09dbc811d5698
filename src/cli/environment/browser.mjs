/**
 * Finds a Chromium-family browser on this machine and says how to start it so that it offers WebGPU.
 * The tests, the end-to-end runner and the headless lab all start the same browser through this file.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';

/**
 * @typedef {object} Browser
 * @property {string} path Absolute path of the executable.
 * @property {string} origin How it was found: `PALIMPSEST_BROWSER`, `installed` or `playwright`.
 */

/** Commands looked for on PATH, in order of preference. */
const COMMANDS = [
  'google-chrome',
  'google-chrome-stable',
  'chrome',
  'microsoft-edge',
  'microsoft-edge-stable',
  'msedge',
  'chromium',
  'chromium-browser',
];

/** Where installers put browsers without touching PATH. */
function standardPlaces() {
  if (process.platform === 'darwin') {
    const apps = [
      'Google Chrome.app/Contents/MacOS/Google Chrome',
      'Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
      'Chromium.app/Contents/MacOS/Chromium',
    ];
    return apps.flatMap((app) => [
      join('/Applications', app),
      join(homedir(), 'Applications', app),
    ]);
  }
  if (process.platform === 'win32') {
    const roots = ['PROGRAMFILES', 'PROGRAMFILES(X86)', 'LOCALAPPDATA']
      .map((name) => process.env[name])
      .filter((root) => root !== undefined);
    const apps = [
      'Google/Chrome/Application/chrome.exe',
      'Microsoft/Edge/Application/msedge.exe',
      'Chromium/Application/chrome.exe',
    ];
    return apps.flatMap((app) => roots.map((root) => join(root, app)));
  }
  return [
    '/opt/google/chrome/chrome',
    '/opt/microsoft/msedge/msedge',
    '/usr/lib/chromium/chromium',
  ];
}

function onPath() {
  const suffix = process.platform === 'win32' ? '.exe' : '';
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  return COMMANDS.flatMap((command) => folders.map((folder) => join(folder, command + suffix)));
}

/**
 * Whether there is a browser at this path. Ubuntu has a `chromium-browser` that does nothing but advise
 * to install another package, so on Linux it is asked for its version, which takes 50 ms.
 * @param {string} path
 */
function answers(path) {
  if (!existsSync(path)) return false;
  if (process.platform !== 'linux') return true;
  return spawnSync(path, ['--version'], { stdio: 'ignore', timeout: 10_000 }).status === 0;
}

/**
 * The browser to use: `PALIMPSEST_BROWSER` if set, else one that is installed, else Playwright's own
 * download; undefined where there is none.
 * @returns {Promise<Browser | undefined>}
 * @throws {Error} if `PALIMPSEST_BROWSER` names a file that does not exist
 */
export async function findBrowser() {
  const asked = process.env['PALIMPSEST_BROWSER'];
  if (asked !== undefined && asked !== '') {
    if (!existsSync(asked))
      throw new Error(`PALIMPSEST_BROWSER names ${asked}, which is not there`);
    return { path: asked, origin: 'PALIMPSEST_BROWSER' };
  }
  const installed = [...onPath(), ...standardPlaces()].find(answers);
  if (installed !== undefined) return { path: installed, origin: 'installed' };
  // Imported late: `npm start` looks for a browser too and should not pay for loading Playwright.
  const { chromium } = await import('playwright');
  const own = chromium.executablePath();
  return existsSync(own) ? { path: own, origin: 'playwright' } : undefined;
}

/**
 * What headless Chrome on Linux needs to reach a GPU at all: Vulkan, and no window to draw to. Source:
 * Chrome for Developers, *Supercharge web AI model testing: WebGPU, WebGL and headless Chrome*, 2024.
 */
const LINUX_GPU_FLAGS = [
  '--use-angle=vulkan',
  '--enable-features=Vulkan',
  '--disable-vulkan-surface',
];

/**
 * Playwright launch options for a browser found above. `--enable-unsafe-webgpu` lets Chromium offer its
 * software adapter where there is no GPU; it does not force one. `--no-sandbox` is needed when running
 * as root, which containers do.
 * @param {Browser} browser
 * @returns {{ executablePath: string, args: string[] }}
 */
export function launchOptions(browser) {
  const linux = process.platform === 'linux';
  const root = linux && process.getuid?.() === 0;
  const gpu = linux && ['/dev/dri', '/dev/nvidia0'].some((path) => existsSync(path));
  return {
    executablePath: browser.path,
    args: [
      '--enable-unsafe-webgpu',
      ...(root ? ['--no-sandbox'] : []),
      ...(gpu ? LINUX_GPU_FLAGS : []),
    ],
  };
}
