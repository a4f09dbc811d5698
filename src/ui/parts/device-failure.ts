/** Which failures are of the device rather than of a run. They are told beside the device's name. */
import type { FailureKind } from '../../lab/protocol.ts';

export function isDeviceFailure(kind: FailureKind): boolean {
  return kind === 'no-webgpu' || kind === 'no-adapter' || kind === 'device-lost';
}
