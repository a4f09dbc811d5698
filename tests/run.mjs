/**
 * `npm test`: runs every stage that proves a change, cheap ones first, all of them even if one fails, and
 * ends with one line that sums all runners up. What a stage is stands in `setup/stages.mjs`, how its
 * results are counted in `setup/results.mjs`.
 */
import { mkdirSync, rmSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { prepare } from './setup/prepare.mjs';
import { run } from './setup/process.mjs';
import { failure, readResults } from './setup/results.mjs';
import { OUTPUT, STAGES, root } from './setup/stages.mjs';

/** @typedef {import('./setup/results.mjs').Results} Results */
/** @typedef {import('./setup/stages.mjs').Stage} Stage */

const HELP = `Runs the tests of Palimpsest.

  npm test [-- --only stage,…]     what proves a change
  npm run test:long                every case of every suite

Stages: ${STAGES.map((stage) => stage.name).join(', ')}
`;

function readOptions() {
  const { values } = parseArgs({
    options: {
      long: { type: 'boolean', default: false },
      only: { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  const names = values.only?.split(',');
  const unknown = names?.find((name) => !STAGES.some((stage) => stage.name === name));
  if (unknown !== undefined) {
    throw new Error(`--only ${unknown}: there are ${STAGES.map(({ name }) => name).join(', ')}`);
  }
  return {
    long: values.long,
    help: values.help,
    stages: STAGES.filter(({ name }) => names === undefined || names.includes(name)),
  };
}

/**
 * Runs the commands of one stage, until one fails, and counts its results.
 * @param {Stage} stage
 * @param {{ long: boolean, env: Readonly<Record<string, string>>, blocked: string | undefined }} context
 * @returns {Promise<Results>}
 */
async function runStage(stage, { long, env, blocked }) {
  if (blocked !== undefined) return failure(stage.name, `not run: ${blocked}`);
  if (stage.report !== undefined) rmSync(stage.report.path, { force: true });
  const minutes = long ? stage.minutes * 12 : stage.minutes;
  for (const command of stage.commands) {
    const problem = await run(command, { cwd: root, env, minutes });
    if (problem !== undefined || stage.report !== undefined) {
      return readResults(stage, problem);
    }
  }
  return readResults(stage, undefined);
}

/** @param {number} from a reading of `performance.now()` */
const secondsSince = (from) => (performance.now() - from) / 1000;

/** @param {number} seconds */
const clock = (seconds) => `${seconds.toFixed(1).padStart(7)} s`;

async function main() {
  const options = readOptions();
  if (options.help) {
    process.stdout.write(HELP);
    return;
  }
  const started = performance.now();
  mkdirSync(OUTPUT, { recursive: true });
  const prepared = await prepare(options.stages, options.long);
  const preparation = secondsSince(started);

  /** @type {{ stage: string, seconds: number, results: Results }[]} */
  const rows = [];
  for (const stage of options.stages) {
    console.log(`\n=== ${stage.name}: ${stage.about}`);
    const from = performance.now();
    const built = rows.find((row) => row.stage === 'build');
    const blocked =
      stage.needs.map((need) => prepared.missing[need]).find((advice) => advice !== undefined) ??
      (stage.needsBuild && built !== undefined && built.results.failed.length > 0
        ? 'the build failed'
        : undefined);
    const context = { long: options.long, env: prepared.envFor(stage), blocked };
    const results = await runStage(stage, context);
    rows.push({ stage: stage.name, seconds: secondsSince(from), results });
    const { passed, failed, skipped } = results;
    console.log(
      `--- ${stage.name}: ${passed} passed, ${failed.length} failed, ${skipped.length} skipped in ${clock(secondsSince(from)).trim()}`,
    );
  }
  report(rows, prepared, preparation, secondsSince(started));
}

/**
 * @param {readonly { stage: string, seconds: number, results: Results }[]} rows
 * @param {Awaited<ReturnType<typeof prepare>>} prepared
 * @param {number} preparation seconds
 * @param {number} total seconds
 */
function report(rows, prepared, preparation, total) {
  console.log(`\n${'stage'.padEnd(18)}      time   passed  failed skipped`);
  console.log(`${'preparation'.padEnd(18)}${clock(preparation)}`);
  for (const { stage, seconds, results } of rows) {
    const counts = [results.passed, results.failed.length, results.skipped.length];
    console.log(
      stage.padEnd(18) + clock(seconds) + counts.map((n) => String(n).padStart(8)).join(''),
    );
  }
  console.log(`${'all'.padEnd(18)}${clock(total)}`);

  const failed = rows.flatMap(({ results }) => results.failed);
  const skipped = [...rows.flatMap(({ results }) => results.skipped), ...prepared.skipped];
  const passed = rows.reduce((sum, { results }) => sum + results.passed, 0);
  if (skipped.length > 0) console.log(`\nskipped:\n${skipped.map((s) => `  ${s}\n`).join('')}`);
  if (failed.length > 0) console.log(`\nfailed:\n${failed.map((f) => `  ${f}\n`).join('')}`);
  for (const advice of new Set(Object.values(prepared.missing))) console.log(advice);
  const end = skipped.length > 0 ? `, ${skipped.length} skipped` : '';
  console.log(`${passed} passed, ${failed.length} failed${end}`);
  if (failed.length > 0) process.exitCode = 1;
}

try {
  await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
