/** Runs a session in this process, on the GPU (or software adapter) that Dawn finds. */
import { fileURLToPath } from 'node:url';
import { archiveFile, openFolder } from '../data/files.ts';
import { openImageFolder } from '../data/prepare/image-folder.ts';
import { prepareData, preparedFolder } from '../data/prepare/prepare-data.ts';
import { openImageSet, type Sources } from '../data/registry.ts';
import { openGpu } from '../gpu/device.ts';
import { RunFailure } from '../lab/engine/run-failure.ts';
import type { Event } from '../lab/protocol.ts';
import type { Report } from '../lab/report/report.ts';
import { Session } from '../lab/engine/run/session.ts';
import { tuneConfig } from '../lab/engine/assemble/tuning.ts';
import type { Tuned } from '../nn/convolution/tune.ts';
import type { RunCommand, TuneCommand } from './arguments.ts';
import { adoptDawn } from './environment/dawn.mjs';
import { ensureDawn } from './environment/ensure.mjs';
import { fileTuneCache } from './tune-cache.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** A run that can be told to stop. */
export interface RuntimeOptions {
  readonly command: RunCommand;
  readonly emit: (event: Event) => void;
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
}

/** Resolves with the report, or null if stopped. Rejects with what `failureOf` knows. */
export async function runInNode(options: RuntimeOptions): Promise<Report | null> {
  const { command, emit, say, signal } = options;
  const gpu = await openDevice(say);
  emit({ type: 'adapter', adapter: gpu.adapter });
  if (command.config.data === 'cifar10' && command.data === undefined) {
    await prepareData({ root: ROOT, log: say });
  }
  const session = new Session({
    gpu,
    config: command.config,
    profile: command.profile,
    watched: command.recording !== undefined,
    tuneCache: fileTuneCache(ROOT),
    openSet: (limit) =>
      openImageSet(command.config.data, {
        prepared: () => openFolder(preparedFolder(ROOT)),
        limit,
        ...given(command),
      }),
    emit,
  });
  signal.addEventListener('abort', () => {
    session.stop();
  });
  return session.run();
}

/** What `--data` names: a folder of images where the config asks for one, else an archive. */
function given({ data, config }: RunCommand): Pick<Sources, 'archive' | 'folder'> {
  if (data === undefined) return {};
  return config.data === 'folder'
    ? { folder: () => openImageFolder(data) }
    : { archive: archiveFile(data) };
}

/** Tunes the kernels of a config's network, and keeps what is found. Rejects as `runInNode`. */
export async function tuneInNode(
  { config, everything }: TuneCommand,
  { emit, say, signal }: Pick<RuntimeOptions, 'emit' | 'say' | 'signal'>,
): Promise<Tuned> {
  const gpu = await openDevice(say);
  emit({ type: 'adapter', adapter: gpu.adapter });
  return tuneConfig({
    gpu,
    config,
    cache: fileTuneCache(ROOT),
    onProgress: (done, of) => {
      emit({ type: 'preparing', what: 'tuning', done, of });
    },
    signal,
    everything,
  });
}

async function openDevice(say: (line: string) => void) {
  const dawn = await ensureDawn(say);
  if (typeof dawn === 'string') throw new RunFailure('no-adapter', dawn);
  if (!adoptDawn(dawn)) {
    throw new RunFailure(
      'no-adapter',
      `Set LD_LIBRARY_PATH=${dawn.env['LD_LIBRARY_PATH'] ?? ''} and run the command again: this system has no Vulkan loader of its own.`,
    );
  }
  const { create, globals } = await import('webgpu');
  Object.assign(globalThis, globals);
  const opened = await openGpu(create([]));
  if (!opened.ok) throw new RunFailure(opened.failure, opened.message);
  return opened.gpu;
}
