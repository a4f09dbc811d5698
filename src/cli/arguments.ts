/** Reads the command line of `npm run lab`: what to do, and a whole config. */
import { parseArgs } from 'node:util';
import { parseField, type Config } from '../lab/config/config.ts';
import { PROTOCOLS, type Protocol } from '../lab/config/data-shapes.ts';
import { configOf } from '../lab/presets/registry.ts';

export interface RunCommand {
  readonly command: 'run';
  readonly config: Config;
  readonly runtime: 'node' | 'browser';
  /** Path of an archive, or of a folder of labelled images. */
  readonly data?: string;
  /** Where the JSON report goes; `-` is stdout. */
  readonly json?: string;
  /** Whether to time every dispatch of a step at the end. */
  readonly profile: boolean;
  /** Where a recording of the run goes, to be looked at again on the page. */
  readonly recording?: string;
  /** The recording without pictures and with fewer snapshots. */
  readonly slim: boolean;
  /** The preset that the config began from. */
  readonly preset: string;
}

export interface TuneCommand {
  readonly command: 'tune';
  readonly config: Config;
  /** Where the table goes as JSON; `-` is stdout. */
  readonly json?: string;
  /** Whether to try what is known to be slower on software adapters. */
  readonly everything: boolean;
}

export interface CostCommand {
  readonly command: 'cost';
  readonly config: Config;
  /** A stream whose images are not part of the lab, in the place of the config's own. */
  readonly protocol?: Protocol;
  /** Whether to show published figures that are recalled, not seen. */
  readonly recalled: boolean;
  readonly json?: string;
}

export interface CompareCommand {
  readonly command: 'compare';
  /** Paths of reports, one at least. */
  readonly files: readonly string[];
  readonly recalled: boolean;
  readonly json?: string;
}

export type CliCommand =
  | RunCommand
  | TuneCommand
  | CostCommand
  | CompareCommand
  | { readonly command: 'list' }
  | { readonly command: 'help' };

/** Arguments that make no command; `message` is one sentence. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** Throws `UsageError`, or `ConfigError` for a field that is wrong. */
export function parseArguments(argv: readonly string[]): CliCommand {
  const { values, positionals } = parsed(argv);
  const [command, ...rest] = positionals;
  if (values.help === true || command === undefined || command === 'help') {
    return { command: 'help' };
  }
  const { recalled = false } = values;
  const json = values.json === undefined ? {} : { json: values.json };
  if (command === 'compare') {
    if (rest.length === 0) throw new UsageError('compare: name the reports to compare');
    return { command, files: rest, recalled, ...json };
  }
  if (rest.length > 0) throw new UsageError(`${rest.join(' ')}: not understood; see --help`);
  if (command === 'list') return { command: 'list' };
  if (command !== 'run' && command !== 'tune' && command !== 'cost') {
    throw new UsageError(
      `${command}: no such command; there are run, tune, cost, compare, list and help`,
    );
  }
  const { runtime = 'node' } = values;
  if (runtime !== 'node' && runtime !== 'browser') {
    throw new UsageError(`--runtime ${runtime}: it is node or browser`);
  }
  const overrides: Partial<Config> = {};
  for (const assignment of values.set ?? []) {
    const at = assignment.indexOf('=');
    if (at < 1) throw new UsageError(`--set ${assignment}: write it as key=value`);
    Object.assign(overrides, parseField(assignment.slice(0, at), assignment.slice(at + 1)));
  }
  if (values.seed !== undefined) Object.assign(overrides, parseField('seed', values.seed));
  const protocol = protocolOf(values.protocol);
  if (protocol && command !== 'cost') {
    throw new UsageError(
      `--protocol ${protocol.name}: its images are not part of the lab, so there is cost alone`,
    );
  }
  const { preset = 'pocket-er', recording } = values;
  const config = configOf(preset, { ...protocol?.config, ...overrides });
  if (command === 'cost') {
    return { command, config, recalled, ...(protocol && { protocol }), ...json };
  }
  if (command === 'tune') {
    return { command, config, everything: values.all ?? false, ...json };
  }
  if (config.data === 'folder' && runtime === 'browser') {
    throw new UsageError('--runtime browser: a folder of images is read in Node alone');
  }
  if (recording !== undefined && runtime === 'browser') {
    throw new UsageError('--recording: runs are recorded in Node alone; the page keeps its own');
  }
  return {
    command: 'run',
    config,
    runtime,
    preset,
    profile: values.profile ?? false,
    ...(recording !== undefined && { recording }),
    slim: values.slim ?? false,
    ...(values.data !== undefined && { data: values.data }),
    ...json,
  };
}

function protocolOf(name: string | undefined): Protocol | undefined {
  if (name === undefined) return undefined;
  const protocol = PROTOCOLS.find((candidate) => candidate.name === name);
  if (protocol) return protocol;
  const known = PROTOCOLS.map((candidate) => candidate.name).join(', ');
  throw new UsageError(`--protocol ${name}: there is ${known}`);
}

function parsed(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        preset: { type: 'string' },
        set: { type: 'string', multiple: true },
        seed: { type: 'string' },
        runtime: { type: 'string' },
        data: { type: 'string' },
        json: { type: 'string' },
        profile: { type: 'boolean' },
        recording: { type: 'string' },
        slim: { type: 'boolean' },
        all: { type: 'boolean' },
        protocol: { type: 'string' },
        recalled: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}
