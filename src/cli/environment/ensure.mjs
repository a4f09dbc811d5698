/**
 * Makes sure that a browser and a Dawn adapter are there: looks first, installs where it may, says what
 * it does, and where it cannot, answers with one sentence on what to install.
 */
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { findBrowser } from './browser.mjs';
import { findDawn } from './dawn.mjs';
import {
  aptCommand,
  aptInstall,
  aptInstallBackports,
  aptMajorVersion,
  aptUpdate,
  gist,
  isDebian,
} from './debian.mjs';

/** @typedef {import('./browser.mjs').Browser} Browser */
/** @typedef {import('./dawn.mjs').Dawn} Dawn */

/** A person's next step where no browser could be had. */
export const BROWSER_ADVICE =
  'Install Google Chrome, Microsoft Edge or Chromium, or set PALIMPSEST_BROWSER to the path of one, and run the command again.';

/** A person's next step where Dawn finds no adapter. */
export const DAWN_ADVICE =
  process.platform === 'linux'
    ? 'Install a Vulkan driver that Dawn accepts (Mesa 25 or newer: the packages mesa-vulkan-drivers and libvulkan1 on Debian and Ubuntu) and run the command again.'
    : 'Install a current graphics driver, since Dawn finds no adapter with the present one, and run the command again.';

/** The driver's packages. Without the loader (`libvulkan1`) Dawn sees no driver at all. */
const MESA = ['mesa-vulkan-drivers', 'libvulkan1'];

/** Dawn rejects the lavapipe of Mesa 22 as too far from conformance. */
const LEAST_MESA = 25;

/** Chromium depends on no font, and a page without one has no text to measure. */
const CHROMIUM = ['chromium', 'fonts-liberation'];

/**
 * A browser, installed if need be: Debian's Chromium, elsewhere Playwright's.
 * @param {(line: string) => void} say gets progress, a line at a time
 * @returns {Promise<Browser | string>} the browser, or the sentence on what to install
 */
export async function ensureBrowser(say) {
  const found = await findBrowser();
  if (found !== undefined) return found;
  say('No Chrome, Edge or Chromium found; installing Chromium.');
  const failure =
    isDebian() && aptCommand() !== undefined
      ? (aptUpdate() ?? aptInstall(CHROMIUM, say))
      : installPlaywrights(say);
  if (failure !== undefined) say(failure);
  return (await findBrowser()) ?? BROWSER_ADVICE;
}

/**
 * An adapter for Dawn. On Debian without a GPU, Mesa's lavapipe is installed even where SwiftShader would
 * do, since tests take a quarter of the time on it; if that fails, SwiftShader it is.
 * @param {(line: string) => void} say gets progress, a line at a time
 * @returns {Promise<Dawn | string>} the adapter, or the sentence on what to install
 */
export async function ensureDawn(say) {
  const found = await findDawn();
  const given = (process.env['VK_DRIVER_FILES'] ?? '') !== '';
  if (found !== undefined && (found.kind !== 'swiftshader' || given)) return found;
  if (aptCommand() === undefined) return found ?? DAWN_ADVICE;
  say(
    found === undefined
      ? 'Dawn finds no WebGPU adapter; installing the Vulkan driver of Mesa.'
      : 'Dawn finds SwiftShader alone; installing the faster Vulkan driver of Mesa.',
  );
  const failure = aptUpdate() ?? installMesa(say);
  if (failure !== undefined) say(failure);
  return (await findDawn()) ?? DAWN_ADVICE;
}

/**
 * Debian has the Mesa that Dawn wants in stock from release 13 on, before that in its backports.
 * @param {(line: string) => void} say
 * @returns {string | undefined} what went wrong
 */
function installMesa(say) {
  const version = aptMajorVersion('mesa-vulkan-drivers');
  if (version >= LEAST_MESA) return aptInstall(MESA, say);
  if (isDebian()) return aptInstallBackports(MESA, say);
  return `The package mesa-vulkan-drivers is at version ${version}, and Dawn accepts ${LEAST_MESA} or newer.`;
}

/**
 * @param {(line: string) => void} say
 * @returns {string | undefined} what went wrong
 */
function installPlaywrights(say) {
  // With the right to install, Playwright also brings the libraries that Chromium needs.
  const parameters = [
    'install',
    ...(aptCommand() === undefined ? [] : ['--with-deps']),
    'chromium',
  ];
  say(`playwright ${parameters.join(' ')}`);
  const cli = join(dirname(createRequire(import.meta.url).resolve('playwright')), 'cli.js');
  const run = spawnSync(process.execPath, [cli, ...parameters], { encoding: 'utf8' });
  if (run.status === 0) return undefined;
  return gist(`${run.stdout}${run.stderr}`);
}
