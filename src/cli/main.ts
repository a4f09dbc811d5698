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
import { ReportSchema, type Report } from '../lab/report.ts';
import { parseArguments, UsageError, type RunCommand } from './arguments.ts';
import { Progress } from './progress.ts';
import { profileTable, reportTable } from './table.ts';

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
  npm run -s lab -- list

  --preset NAME     where to start from (pocket-er if not given)
  --set key=value   changes one field of the preset's config; may be repeated
  --seed N          the same as --set seed=N
  --runtime         node: in this process, through Dawn; browser: in a headless Chromium
  --data FILE       cifar-10-binary.tar.gz or cifar-100-binary.tar.gz
  --json FILE|-     writes the report as JSON; - is stdout, in place of the table
  --profile         times every dispatch of a step at the end (to stderr)

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
    return await run(command);
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
    if (!report) {
      process.stderr.write('Interrupted.\n');
      return EXIT.interrupted;
    }
    await deliver(v.parse(ReportSchema, report), command.json);
    return EXIT.done;
  } catch (error) {
    progress.end();
    const { kind, message } = failureOf(error);
    process.stderr.write(`${message}\n`);
    if (kind === 'internal' && error instanceof Error)
      process.stderr.write(`${error.stack ?? ''}\n`);
    return EXIT_OF_FAILURE[kind];
  } finally {
    process.off('SIGINT', interrupt);
  }
}

async function deliver(report: Report, json: string | undefined): Promise<void> {
  const text = `${JSON.stringify(report, null, 2)}\n`;
  if (json === '-') {
    process.stdout.write(text);
    return;
  }
  if (json !== undefined) await writeFile(json, text);
  process.stdout.write(reportTable(report));
}

function presetList(): string {
  const width = Math.max(...PRESETS.map(({ name }) => name.length)) + 2;
  return PRESETS.map(({ name, line }) => `${name.padEnd(width)}${line}\n`).join('');
}
