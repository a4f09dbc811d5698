/** Telling a device that has no memory left from everything else that can go wrong. */
import { RunFailure } from '../run-failure.ts';

/** Runs `work` and rejects with a failure of kind `memory` where the device ran out of it meanwhile. */
export async function withinMemory<Result>(
  device: GPUDevice,
  work: () => Promise<Result>,
): Promise<Result> {
  device.pushErrorScope('out-of-memory');
  const outcome = await work().then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  );
  const memory = await device.popErrorScope().catch(() => null);
  if (memory) {
    throw new RunFailure('memory', `The device ran out of memory: ${memory.message}`);
  }
  if ('error' in outcome) throw outcome.error;
  return outcome.value;
}
