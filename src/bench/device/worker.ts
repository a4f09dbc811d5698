/** The worker of the device benchmark's page: opens the device, runs the sweep once, and is thrown away. */
import { openGpu } from '../../gpu/device.ts';
import { failureOf } from '../../lab/engine/failure.ts';
import type { DeviceCommand, DeviceEvent } from './protocol.ts';
import { sweepDevice } from './sweep.ts';

const send = (event: DeviceEvent): void => {
  postMessage(event);
};

const stopping = new AbortController();

async function run(): Promise<void> {
  try {
    const opened = await openGpu(navigator.gpu);
    if (!opened.ok) {
      send({ type: 'failure', message: opened.message });
      return;
    }
    const report = await sweepDevice(opened.gpu, send, stopping.signal);
    if (!report) send({ type: 'stopped' });
    opened.gpu.device.destroy();
  } catch (error) {
    send({ type: 'failure', message: failureOf(error).message });
  }
}

addEventListener('message', ({ data }: MessageEvent<DeviceCommand>) => {
  if (data.type === 'run') void run();
  else stopping.abort();
});
