/**
 * What `window.palimpsest` does: the lab without its page, for scripts that drive a browser (the command line's
 * browser runtime, notebooks, `page.evaluate`). Every run and every probe has a worker of its own, so
 * none sees another's state, and the visible page is left alone. The first call of a script fetches this.
 *
 *     const report = await palimpsest.run(config, { onEvent: (event) => console.log(event.type) });
 *
 * A script that cannot pass a file sets it on the page's `#archive` input and gives
 * `archive: 'picked'`. Rejections are `LabFailure`s: errors with the protocol's `failure` on them.
 */
import { ConfigError, parseConfig } from '../../lab/config/config.ts';
import type { Config } from '../../lab/config/config.ts';
import { PRESETS } from '../../lab/presets/registry.ts';
import type {
  AdapterSummary,
  Command,
  Event,
  Failure,
  GivenArchive,
  RunNumber,
} from '../../lab/protocol.ts';
import type { Report } from '../../lab/report/report.ts';
import { pickedArchive } from '../controls/lab-archive.ts';
import { RunClient } from './run-client.ts';

/** A run or a probe that ended in one of the protocol's expected failures. */
export class LabFailure extends Error {
  override readonly name = 'LabFailure';

  constructor(readonly failure: Failure) {
    super(failure.message);
  }
}

export interface RunOptions {
  /** Called with every event of the run, the last one included, before the promise settles. */
  readonly onEvent?: (event: Event) => void;
  /** An official archive in place of the prepared data; 'picked' is the file in the `#archive` input. */
  readonly archive?: File | 'picked';
  /** Times every dispatch of a step once the run is over: an event of type `profile`. */
  readonly profile?: boolean;
}

export interface Palimpsest {
  readonly version: string;
  presets(): Promise<typeof PRESETS>;
  /** Trains to the end. `config` is a whole config; rejects with a `LabFailure`. */
  run(config: Config, options?: RunOptions): Promise<Report>;
  /** Opens the device and says what it is; rejects with a `LabFailure`. */
  probe(): Promise<AdapterSummary>;
}

declare global {
  interface Window {
    palimpsest: Palimpsest;
  }
}

/** Every run has a worker of its own, so all have the same number. */
const RUN: RunNumber = 1;

/** One worker, one command, and the first event that `pick` finds an answer in. */
function ask<T>(
  command: Command,
  pick: (event: Event) => T | undefined,
  onEvent?: (event: Event) => void,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const client = new RunClient(({ run, event }) => {
      if (run !== null && run !== RUN) return;
      onEvent?.(event);
      const answer = pick(event);
      if (event.type === 'failure') {
        client.close();
        reject(new LabFailure(event.failure));
      } else if (answer !== undefined) {
        client.close();
        resolve(answer);
      }
    });
    client.send(command);
  });
}

function given(archive: RunOptions['archive']): GivenArchive | null {
  if (archive === undefined) return null;
  const file = archive === 'picked' ? pickedArchive() : archive;
  if (file === null) {
    const message = 'No file has been chosen in the archive input of the page.';
    throw new LabFailure({ kind: 'data', message });
  }
  return { name: file.name, blob: file };
}

function checked(config: unknown): Config {
  try {
    return parseConfig(config);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    throw new LabFailure({ kind: 'config', message: error.message });
  }
}

export const automation: Omit<Palimpsest, 'version'> = {
  presets: () => Promise.resolve(PRESETS),
  async run(config, options = {}) {
    const archive = given(options.archive);
    const command: Command = {
      type: 'start',
      run: RUN,
      config: checked(config),
      base: document.baseURI,
      profile: options.profile ?? false,
      ...(archive === null ? {} : { archive }),
    };
    return ask(
      command,
      (event) => (event.type === 'report' ? event.report : undefined),
      options.onEvent,
    );
  },
  probe: () =>
    ask({ type: 'probe' }, (event) => (event.type === 'adapter' ? event.adapter : undefined)),
};
