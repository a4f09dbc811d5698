/**
 * What a visitor can do about each expected failure, in one or two sentences; where there is no GPU, in the browser
 * that they use.
 */
import type { FailureKind } from '../../lab/protocol.ts';

export const ADVICE: Readonly<Record<FailureKind, string>> = {
  'no-webgpu':
    'This lab needs WebGPU. Open it in a current Chrome or Edge (version 113 or later, 121 on ' +
    'Android), or in Safari 26. On an address other than localhost the page must be served over https.',
  'no-adapter':
    'The browser knows WebGPU but offers no GPU. Turn on hardware acceleration in its settings, ' +
    'update the graphics driver, or try another browser.',
  'device-lost':
    'The GPU was reset or taken away. Close other pages that use it, then run again; if that fails ' +
    'too, reload this page.',
  data: 'Choose another data set or another archive. The set “shapes” is drawn by the page itself and always works.',
  config: 'Change the setting that the message names, then run again.',
  memory: 'Choose a smaller network, a smaller batch or a smaller replay buffer, then run again.',
  internal: 'Reload the page and run again. If it happens again, it is a fault of this lab.',
};

export interface Browser {
  readonly name: 'chrome' | 'edge' | 'firefox' | 'safari' | 'other';
  readonly system: 'android' | 'ios' | 'linux' | 'mac' | 'windows' | 'other';
}

/** Which browser a user agent names. On iOS every one of them is Safari inside. */
export function browserOf(userAgent: string, touchPoints = 0): Browser {
  const has = (pattern: RegExp): boolean => pattern.test(userAgent);
  // An iPad calls itself a Mac; no Mac has a touch screen.
  const ios = has(/iPhone|iPad|iPod/) || (has(/Macintosh/) && touchPoints > 1);
  const system = ios
    ? 'ios'
    : has(/Android/)
      ? 'android'
      : has(/Windows/)
        ? 'windows'
        : has(/Macintosh/)
          ? 'mac'
          : has(/Linux|CrOS/)
            ? 'linux'
            : 'other';
  const name = ios
    ? 'safari'
    : has(/Firefox\//)
      ? 'firefox'
      : has(/Edg(A|e)?\//)
        ? 'edge'
        : has(/Chrome\/|Chromium\//)
          ? 'chrome'
          : has(/Safari\//)
            ? 'safari'
            : 'other';
  return { name, system };
}

const FLAGS_ON_LINUX =
  'On Linux most graphics cards still need to be let in: open chrome://flags (edge://flags in Edge), turn on ' +
  '“Unsafe WebGPU Support” and “Vulkan”, and start the browser anew.';
const ACCELERATION =
  'Look under Settings › System for “Use graphics acceleration when available”, turn it on and start the browser anew.';

/** Each to its own browser: what to update, and what to turn on. */
const MISSING: Readonly<Record<Browser['name'], (system: Browser['system']) => string>> = {
  chrome: (system) => chromium('Chrome', system),
  edge: (system) => chromium('Edge', system),
  firefox: (system) => {
    if (system === 'android')
      return 'Firefox for Android has no WebGPU yet. Chrome has, from version 121 on.';
    if (system === 'linux') {
      return 'Firefox on Linux keeps WebGPU behind a switch: open about:config and set dom.webgpu.enabled to true, or use Chrome.';
    }
    return 'Firefox has WebGPU from version 141 on Windows and 145 on Macs with Apple silicon. Update it, or use Chrome or Edge.';
  },
  safari: (system) =>
    system === 'ios'
      ? 'On iPhone and iPad every browser needs iOS or iPadOS 26 for WebGPU. Update the system under Settings › General.'
      : 'Safari has WebGPU from version 26 on, with macOS Tahoe. Update it, or use Chrome or Edge on this Mac.',
  other: () => ADVICE['no-webgpu'],
};

function chromium(name: string, system: Browser['system']): string {
  if (system === 'android') {
    return `${name} has WebGPU from version 121 on, with Android 12 or later. Update ${name} from the Play Store.`;
  }
  if (system === 'linux') return FLAGS_ON_LINUX;
  return `${name} has WebGPU from version 113 on. Update it. ${ACCELERATION}`;
}

/**
 * What to do about a device that is missing, in this browser. `secure` is whether the page came over https or from
 * this machine: elsewhere no browser has WebGPU.
 */
export function deviceAdvice(kind: FailureKind, browser: Browser, secure = true): string {
  if (kind === 'no-webgpu' && !secure) {
    return 'Browsers give WebGPU to pages that come over https alone. Open this page with https:// in its address.';
  }
  if (kind === 'no-webgpu') return MISSING[browser.name](browser.system);
  if (kind !== 'no-adapter') return ADVICE[kind];
  const { name, system } = browser;
  if (name !== 'chrome' && name !== 'edge') return ADVICE['no-adapter'];
  if (system === 'linux') return `${FLAGS_ON_LINUX} ${ACCELERATION}`;
  if (system === 'android')
    return 'This phone’s graphics driver has no WebGPU. Android 12 or later on a phone of the last few years has.';
  return `${ACCELERATION} If it is on, update the graphics driver.`;
}
