/**
 * The headless lab: reads the command line, drives a session in Node or in a browser, prints. Progress goes
 * to stderr, the result to stdout, and the exit code tells what went wrong.
 */
import { writeFile } from 'node:fs/promises';
import * as v from 'valibot';
import { ConfigError } from '../lab/config.ts';
import { failureOf } from '../lab/failure.ts';
import { PRESETS } from '../lab/presets.ts';
import type { Event, FailureKind } from '../lab/protocol.ts';
import { ReportSchema } from '../lab/report.ts';
import { parseArguments, UsageError, type RunCommand, type TuneCommand } from './arguments.ts';
import { Progress } from './progress.ts';
import { profileTable, reportTable, tuningTable } from './table.ts';

const EXIT = {
  done: 0,
  usage: 2,
  interrupted: 130,
} as const;

const EXIT_OF_FAILURE: Readonly<Record<FailureKind, number>> = {
  internal: 1,
  config: 2,
  'no-webgpu': 3,
  'no-adapter': 3,
  data: 4,
  'device-lost': 5,
  memory: 6,
};

const HELP = `Trains continually, headless.

  npm run -s lab -- run [--preset NAME] [--set key=value …] [--seed N]
                        [--runtime node|browser] [--data FILE] [--json FILE|-] [--profile]
  npm run -s lab -- tune [--preset NAME] [--set key=value …] [--all] [--json FILE|-]
  npm run -s lab -- list

  --preset NAME     where to start from (pocket-er if not given)
  --set key=value   changes one field of the preset's config; may be repeated
  --seed N          the same as --set seed=N
  --runtime         node: in this process, through Dawn; browser: in a headless Chromium
  --data FILE       cifar-10-binary.tar.gz or cifar-100-binary.tar.gz
  --json FILE|-     writes the report as JSON; - is stdout, in place of the table
  --profile         times every dispatch of a step at the end (to stderr)
  --all             tunes with kernels, too, that are known to be slower on software adapters

tune measures which kernels do a config's convolutions fastest here and keeps the answer for runs with
--set tune=auto.

Exit codes: 0 done, 1 internal error, 2 wrong arguments or config, 3 no WebGPU adapter or browser,
4 bad data, 5 device lost, 6 out of memory, 130 interrupted.
`;

/** Runs one command line and resolves with the exit code. */
export async function main(argv: readonly string[]): Promise<number> {
  try {
    const command = parseArguments(argv);
    if (command.command === 'help') {
      process.stdout.write(HELP);
      return EXIT.done;
    }
    if (command.command === 'list') {
      process.stdout.write(presetList());
      return EXIT.done;
    }
    return await (command.command === 'tune' ? tune(command) : run(command));
  } catch (error) {
    if (error instanceof UsageError || error instanceof ConfigError) {
      process.stderr.write(`${error.message}\n`);
      return EXIT.usage;
    }
    throw error;
  }
}

async function run(command: RunCommand): Promise<number> {
  const progress = new Progress(process.stderr);
  const abort = new AbortController();
  const interrupt = () => {
    abort.abort();
  };
  process.once('SIGINT', interrupt);
  try {
    const options = {
      command,
      emit: (event: Event) => {
        progress.take(event);
        if (event.type === 'profile') process.stderr.write(profileTable(event.entries));
      },
      say: (line: string) => void process.stderr.write(`${line}\n`),
      signal: abort.signal,
    };
    // Loaded when asked for: Playwright and Vite are slow to load and not needed in Node.
    const report =
      command.runtime === 'node'
        ? await (await import('./node-runtime.ts')).runInNode(options)
        : await (await import('./browser-runtime.ts')).runInBrowser(options);
    progress.end();
    if (!report) return interrupted();
    const checked = v.parse(ReportSchema, report);
    await deliver(checked, command.json, reportTable(checked));
    return EXIT.done;
  } catch (error) {
    progress.end();
    return failed(error);
  } finally {
    process.off('SIGINT', interrupt);
  }
}

async function tune(command: TuneCommand): Promise<number> {
  const progress = new Progress(process.stderr);
  const abort = new AbortController();
  const interrupt = () => {
    abort.abort();
  };
  process.once('SIGINT', interrupt);
  try {
    const { tuneInNode } = await import('./node-runtime.ts');
    const tuned = await tuneInNode(command, {
      emit: (event) => {
        progress.take(event);
      },
      say: (line) => void process.stderr.write(`${line}\n`),
      signal: abort.signal,
    });
    progress.end();
    await deliver(tuned, command.json, tuningTable(tuned));
    return abort.signal.aborted ? interrupted() : EXIT.done;
  } catch (error) {
    progress.end();
    return failed(error);
  } finally {
    process.off('SIGINT', interrupt);
  }
}

function interrupted(): number {
  process.stderr.write('Interrupted.\n');
  return EXIT.interrupted;
}

function failed(error: unknown): number {
  const { kind, message } = failureOf(error);
  process.stderr.write(`${message}\n`);
  if (kind === 'internal' && error instanceof Error) process.stderr.write(`${error.stack ?? ''}\n`);
  return EXIT_OF_FAILURE[kind];
}

/** The result as a table, or as JSON where that was asked for. */
async function deliver(result: object, json: string | undefined, table: string): Promise<void> {
  const text = `${JSON.stringify(result, null, 2)}\n`;
  if (json === '-') {
    process.stdout.write(text);
    return;
  }
  if (json !== undefined) await writeFile(json, text);
  process.stdout.write(table);
}

function presetList(): string {
  const width = Math.max(...PRESETS.map(({ name }) => name.length)) + 2;
  return PRESETS.map(({ name, line }) => `${name.padEnd(width)}${line}\n`).join('');
}
