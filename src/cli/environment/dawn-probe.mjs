/**
 * Opens a Dawn adapter and device and prints what it is as one line of JSON; prints `null` where there
 * is none. Run as a child process, because a broken driver may take its process down with it.
 */
import { create, globals } from 'webgpu';

Object.assign(globalThis, globals);

const adapter = await create([]).requestAdapter();
if (adapter === null) {
  console.log('null');
} else {
  const device = await adapter.requestDevice();
  const { vendor, architecture, description } = adapter.info;
  console.log(JSON.stringify({ vendor, architecture, description }));
  device.destroy();
}
