/** What `npm test` was asked for: which stages, and how much of each. */
import { parseArgs } from 'node:util';
import { changedFiles } from './changed-files.mjs';
import { choose } from './changed-rule.mjs';
import { STAGES, root } from './stages.mjs';

/** @typedef {import('./stages.mjs').Stage} Stage */

/**
 * @typedef {object} Chosen
 * @property {Stage} stage
 * @property {Stage['commands']} commands
 * @property {boolean} narrowed Whether only a part of its tests runs, which may be none.
 */

export const HELP = `Runs the tests of Palimpsest.

  npm test                             what proves a change
  npm test -- --only stage,…           some stages of it
  npm test -- --changed [REF]          what a change touches: files that differ from where this branch left
                                       REF (origin/main, else HEAD), those of no commit yet included
  npm run test:long                    every case of every suite

Stages: ${STAGES.map((stage) => stage.name).join(', ')}
`;

/**
 * @param {readonly string[]} [parameters] those of this process, if left out
 * @throws {Error} if they name a stage or commit that does not exist
 */
export function readOptions(parameters = process.argv.slice(2)) {
  const { values, positionals } = parseArgs({
    args: [...parameters],
    allowPositionals: true,
    options: {
      long: { type: 'boolean', default: false },
      only: { type: 'string' },
      changed: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  const [reference, ...more] = positionals;
  if (more.length > 0 || (reference !== undefined && !values.changed)) {
    throw new Error(`${positionals.join(' ')}: only --changed takes a name, and one`);
  }
  const names = values.only?.split(',');
  const unknown = names?.find((name) => !STAGES.some((stage) => stage.name === name));
  if (unknown !== undefined) {
    throw new Error(`--only ${unknown}: there are ${STAGES.map(({ name }) => name).join(', ')}`);
  }
  const asked = STAGES.filter(({ name }) => names === undefined || names.includes(name));
  const { long, help } = values;
  if (help || !values.changed) return { long, help, chosen: asked.map(whole), leftOut: [] };
  return { long, help, ...narrow(asked, changedFiles(root, reference)) };
}

/**
 * @param {Stage} stage
 * @returns {Chosen}
 */
const whole = (stage) => ({ stage, commands: stage.commands, narrowed: false });

/**
 * The part of stages that a change has to pass, and a line for each that is left out or narrowed.
 * @param {readonly Stage[]} stages
 * @param {ReturnType<typeof changedFiles>} change
 * @returns {{ chosen: Chosen[], leftOut: string[] }}
 */
export function narrow(stages, { base, changed, present }) {
  const choices = choose(changed);
  const lines = [`${changed.length} files differ from ${base}.`];
  const chosen = stages.flatMap((stage) => {
    const choice = choices.find((one) => one.stage === stage.name);
    if (choice === undefined || choice.runs === 'all') return [whole(stage)];
    if (choice.runs === 'none') {
      lines.push(`${stage.name}: left out, since ${choice.why}`);
      return [];
    }
    const commands = stage.narrow?.(choice.files.filter((path) => isThere(path, changed, present)));
    if (commands === undefined) return [whole(stage)];
    if (commands.length === 0) {
      lines.push(`${stage.name}: left out, since what has changed is deleted`);
      return [];
    }
    lines.push(`${stage.name}: only what looks at these`);
    return [{ stage, commands, narrowed: true }];
  });
  return { chosen, leftOut: lines };
}

/**
 * @param {string} path
 * @param {readonly string[]} changed
 * @param {readonly string[]} present
 */
const isThere = (path, changed, present) => present.includes(path) || !changed.includes(path);
