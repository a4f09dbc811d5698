/** Reads the command line of `npm run lab`: what to do, and a whole config. */
import { parseArgs } from 'node:util';
import { parseField, type Config } from '../lab/config.ts';
import { configOf } from '../lab/presets.ts';

export interface RunCommand {
  readonly command: 'run';
  readonly config: Config;
  readonly runtime: 'node' | 'browser';
  /** Path of an official archive. */
  readonly data?: string;
  /** Where the JSON report goes; `-` is stdout. */
  readonly json?: string;
  /** Whether to time every dispatch of a step at the end. */
  readonly profile: boolean;
}

export interface TuneCommand {
  readonly command: 'tune';
  readonly config: Config;
  /** Where the table goes as JSON; `-` is stdout. */
  readonly json?: string;
  /** Whether to try what is known to be slower on software adapters. */
  readonly everything: boolean;
}

export type CliCommand =
  RunCommand | TuneCommand | { readonly command: 'list' } | { readonly command: 'help' };

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
  if (rest.length > 0) throw new UsageError(`${rest.join(' ')}: not understood; see --help`);
  if (command === 'list') return { command: 'list' };
  if (command !== 'run' && command !== 'tune') {
    throw new UsageError(`${command}: no such command; there are run, tune, list and help`);
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
  const config = configOf(values.preset ?? 'pocket-er', overrides);
  if (command === 'tune') {
    const { json, all: everything = false } = values;
    return { command, config, everything, ...(json !== undefined && { json }) };
  }
  return {
    command: 'run',
    config,
    runtime,
    profile: values.profile ?? false,
    ...(values.data !== undefined && { data: values.data }),
    ...(values.json !== undefined && { json: values.json }),
  };
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
        all: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}
