/** What a visitor can do about each expected failure, in one or two sentences. */
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

/** Failures of the device rather than of a run; they are told beside the device's name. */
export function isDeviceFailure(kind: FailureKind): boolean {
  return kind === 'no-webgpu' || kind === 'no-adapter' || kind === 'device-lost';
}
