/** Runs a session in a test, on the procedural set, which every machine has. */
import { openImageSet } from '../../src/data/registry.ts';
import { openGpu } from '../../src/gpu/device.ts';
import { DEFAULTS, parseConfig, type Config } from '../../src/lab/config/config.ts';
import type { Report } from '../../src/lab/report/report.ts';
import { Session } from '../../src/lab/engine/run/session.ts';
import { testGpu } from '../setup/device.ts';

export async function runSession(overrides: Partial<Config>): Promise<Report> {
  const opened = await openGpu(await testGpu());
  if (!opened.ok) throw new Error(opened.message);
  const config = parseConfig({ ...DEFAULTS, data: 'shapes', ...overrides });
  const session = new Session({
    gpu: opened.gpu,
    config,
    openSet: (limit) =>
      openImageSet(config.data, {
        prepared: () => Promise.reject(new Error('tests use the procedural set')),
        limit,
      }),
    emit: () => undefined,
  });
  const report = await session.run();
  if (!report) throw new Error('the session was stopped');
  opened.gpu.device.destroy();
  return report;
}
