/**
 * Finds or installs what the chosen stages need before the first of them runs, says what it found, and
 * hands the stages the environment under which they will find it again.
 */
import { ensureBrowser, ensureDawn } from '../../src/cli/environment/ensure.mjs';

/** @typedef {import('./stages.mjs').Stage} Stage */

/**
 * @param {readonly Stage[]} stages
 * @param {boolean} long
 */
export async function prepare(stages, long) {
  /** @type {{ browser?: string, dawn?: string }} */
  const missing = {};
  /** @type {string[]} */
  const skipped = [];
  /** @type {Record<string, string>} */
  const common = long ? { PALIMPSEST_SCOPE: 'long' } : {};
  /** @type {Readonly<Record<string, string>>} */
  let forDawn = {};

  // Dawn falls back on the SwiftShader of a browser, so the browser comes first.
  if (stages.some((stage) => stage.needs.length > 0)) {
    const browser = await ensureBrowser(say).catch(sentence);
    if (typeof browser === 'string') missing.browser = browser;
    else {
      common['PALIMPSEST_BROWSER'] = browser.path;
      say(`Browser: ${browser.path} (${browser.origin}).`);
    }
  }
  if (stages.some((stage) => stage.needs.includes('dawn'))) {
    const dawn = await ensureDawn(say).catch(sentence);
    if (typeof dawn === 'string') missing.dawn = dawn;
    else {
      forDawn = dawn.env;
      say(`Dawn: ${dawn.adapter.description || dawn.adapter.vendor} (${dawn.kind}).`);
      if (dawn.kind === 'swiftshader' && !long) {
        forDawn = { PALIMPSEST_SCOPE: 'smoke', ...dawn.env };
        skipped.push('kernels on Dawn beyond the smoke set: SwiftShader is too slow for the rest');
      }
    }
  }
  return {
    missing,
    skipped,
    /** @param {Stage} stage */
    envFor: (stage) => (stage.needs.includes('dawn') ? { ...common, ...forDawn } : common),
  };
}

/** @param {string} line */
function say(line) {
  console.log(line);
}

/** @param {unknown} error */
const sentence = (error) => (error instanceof Error ? error.message : String(error));
