/**
 * `npm test`: runs every stage that proves a change, all of them even if one fails, and ends with one line that sums
 * them up. What a stage is stands in `setup/stages.mjs`, what of it a change needs in `setup/changed-rule.mjs`, when
 * it is taken to hang in `setup/process.mjs`, how its results are counted in `setup/results.mjs`.
 */
import { mkdirSync, rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { JOURNAL } from './setup/journal.mjs';
import { HELP, readOptions } from './setup/options.mjs';
import { prepare } from './setup/prepare.mjs';
import { endOnInterrupt, run } from './setup/process.mjs';
import { printSummary, seconds } from './setup/summary.mjs';
import { failure, readResults } from './setup/results.mjs';
import { SLOWNESS, measureSlowness } from './setup/slowness.mjs';
import { OUTPUT, root } from './setup/stages.mjs';

/** @typedef {import('./setup/options.mjs').Chosen} Chosen */
/** @typedef {import('./setup/results.mjs').Results} Results */
/** @typedef {import('./setup/summary.mjs').Row} Row */

/** A long run has long tests. */
const LONG = 12;

/**
 * Runs the commands of one stage, until one fails, and counts its results.
 * @param {Chosen} chosen
 * @param {object} context
 * @param {boolean} context.long
 * @param {Readonly<Record<string, string>>} context.env
 * @param {number} context.slowness
 * @param {(chunk: Buffer) => void} [context.write]
 * @returns {Promise<Results>}
 */
async function runStage({ stage, commands, narrowed }, { long, env, slowness, write }) {
  const { journal } = stage;
  if (journal !== undefined) rmSync(journal, { force: true });
  const options = {
    cwd: root,
    env: {
      ...env,
      [SLOWNESS]: slowness.toFixed(2),
      ...(journal === undefined ? {} : { [JOURNAL]: journal }),
    },
    silence: {
      ms: stage.silence * 60_000 * (long ? LONG : 1),
      slowness,
      measure: measureSlowness,
    },
    ...(journal === undefined ? {} : { journal }),
    ...(write === undefined ? {} : { write }),
  };
  /** @type {string | undefined} */
  let problem;
  for (const command of commands) problem ??= await run(command, options);
  return readResults(stage, problem, { mayBeEmpty: narrowed });
}

async function main() {
  const options = readOptions();
  if (options.help) {
    process.stdout.write(HELP);
    return;
  }
  endOnInterrupt();
  const started = performance.now();
  mkdirSync(OUTPUT, { recursive: true });
  for (const line of options.leftOut) console.log(line);
  const { chosen, long } = options;
  const prepared = await prepare(
    chosen.map(({ stage }) => stage),
    long,
  );
  const preparation = performance.now() - started;

  /** @type {Row[]} */
  const rows = [];
  /**
   * @param {Chosen} one
   * @param {number} slowness
   * @param {boolean} hold whether its output waits until it has ended
   */
  const runOne = async (one, slowness, hold) => {
    const { stage } = one;
    const from = performance.now();
    const heading = `\n=== ${stage.name}: ${stage.about}`;
    /** @type {Buffer[]} */
    const held = [];
    if (!hold) console.log(heading);
    const built = rows.find((row) => row.stage === 'build');
    const blocked =
      stage.needs.map((need) => prepared.missing[need]).find((advice) => advice !== undefined) ??
      (stage.needsBuild && built !== undefined && built.results.failed.length > 0
        ? 'the build failed'
        : undefined);
    const results =
      blocked === undefined
        ? await runStage(one, {
            ...{ long, slowness, env: prepared.envFor(stage) },
            ...(hold ? { write: (chunk) => held.push(chunk) } : {}),
          })
        : failure(stage.name, `not run: ${blocked}`);
    if (hold) process.stdout.write(`${heading}\n${Buffer.concat(held).toString()}`);
    const ms = performance.now() - from;
    const { passed, failed, skipped } = results;
    rows.push({ stage: stage.name, ms, results });
    console.log(
      `--- ${stage.name}: ${passed} passed, ${failed.length} failed, ${skipped.length} skipped in ${seconds(ms)}`,
    );
  };

  // What takes one core runs beside each other, the rest one after the other.
  const waiting = chosen.filter(({ stage }) => stage.light);
  const slowness = await measureSlowness();
  const lane = async () => {
    for (let one = waiting.shift(); one !== undefined; one = waiting.shift()) {
      await runOne(one, slowness, true);
    }
  };
  await Promise.all(Array.from({ length: Math.min(2, availableParallelism()) }, lane));
  for (const one of chosen.filter(({ stage }) => !stage.light)) {
    await runOne(one, await measureSlowness(), false);
  }
  if (printSummary(rows, prepared, preparation, performance.now() - started) > 0) {
    process.exitCode = 1;
  }
}

try {
  await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
