import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { run } from '../../setup/process.mjs';
import { patient, slowness } from '../../setup/patience.ts';
import { readResults } from '../../setup/results.mjs';

const folder = mkdtempSync(join(tmpdir(), 'palimpsest-process-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const helper = new URL('../../setup/journal.mjs', import.meta.url).href;
let scripts = 0;

/** A program of this text, which may write a journal by `append(entry)`. */
function program(text: string) {
  const name = join(folder, String(scripts++));
  const journal = `${name}.jsonl`;
  writeFileSync(
    `${name}.mjs`,
    `import * as kept from ${JSON.stringify(helper)};
const append = (entry) => kept.append(${JSON.stringify(journal)}, entry);
const hang = () => setInterval(() => undefined, 1000);
${text}`,
  );
  return { command: [process.execPath, `${name}.mjs`], journal, pids: `${name}.pids` };
}

/** Runs it; the output is caught. */
async function outcome({ command, journal }: ReturnType<typeof program>, ms: number, more = {}) {
  let output = '';
  const problem = await run(command, {
    cwd: folder,
    env: {},
    silence: { ms, slowness },
    journal,
    graceMs: 300,
    write: (chunk: Buffer) => {
      output += chunk.toString();
    },
    ...more,
  });
  return { problem, output, results: readResults({ name: 'suite', journal }, problem) };
}

const alive = (pid: number) => {
  try {
    process.kill(pid, 0);
    return !/^.*\) Z/s.test(readFileSync(`/proc/${String(pid)}/stat`, 'utf8'));
  } catch {
    return false;
  }
};

const passed = (id: number) =>
  `append({ type: 'end', id: '${String(id)}', name: 'a.test.ts › ${String(id)}', status: 'passed', ms: 1 });`;

describe('a command', () => {
  test('that ends is told by its exit code, with its output', async () => {
    const good = await outcome(program(`console.log('well');`), 60_000);
    expect(good).toMatchObject({ problem: undefined, output: 'well\n' });
    const bad = await outcome(program(`console.error('ill'); process.exitCode = 3;`), 60_000);
    expect(bad).toMatchObject({ problem: 'exit code 3', output: 'ill\n' });
    const none = await run([join(folder, 'nonesuch')], {
      ...{ cwd: folder, env: {} },
      silence: { ms: 60_000, slowness },
    });
    expect(none).toMatch(/^could not be started/);
  });

  test('that falls silent is ended; what had passed counts, and what ran then is named', async () => {
    const { problem, results } = await outcome(
      program(`
append({ type: 'planned', unit: 'file', count: 2 });
append({ type: 'begin', id: 'f', name: 'a.test.ts' });
${passed(1)}${passed(2)}
append({ type: 'begin', id: '3', name: 'a.test.ts › hangs' });
hang();`),
      700,
    );
    expect(problem).toMatch(/^ended because nothing happened for \d+ s/);
    expect(results).toEqual({
      passed: 2,
      failed: [
        `suite: ${problem ?? ''}, while a.test.ts › hangs was running; 0 of 2 files had ended`,
      ],
      skipped: [],
    });
  });

  test('that hangs in a loop is ended too', async () => {
    const { problem } = await outcome(program(`for (;;);`), 500);
    expect(problem).toMatch(/^ended because nothing happened/);
  });

  test.each(['console.log(i)', "append({ type: 'begin', id: String(i), name: 'a' })"])(
    'that is slow, but lets itself be heard by %s, is left alone',
    async (sound) => {
      const silence = 600;
      const from = performance.now();
      const { problem } = await outcome(
        program(`for (let i = 0; i < 8; i++) {
  await new Promise((resolve) => setTimeout(resolve, ${String(patient(silence) / 4)}));
  ${sound};
}`),
        silence,
      );
      expect(problem).toBeUndefined();
      expect(performance.now() - from).toBeGreaterThan(1.5 * patient(silence));
    },
  );

  test('has as much more time as the machine has become slower meanwhile', async () => {
    let asked = 0;
    const measure = () => Promise.resolve(asked++ === 0 ? 4 * slowness : 1);
    const text = `await new Promise((resolve) => setTimeout(resolve, ${String(900 * slowness)}));`;
    const { problem } = await outcome(program(text), 0, {
      silence: { ms: 500, slowness, measure },
    });
    expect(problem).toBeUndefined();
    expect(asked).toBe(1);
  });
});

describe.skipIf(process.platform !== 'linux')('what a command has started', () => {
  /** Starts one child in its group, one in a group of its own, and an orphan whose parent has gone. */
  const family = (pids: string) => `
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
const sleeper = ['-e', 'setInterval(() => undefined, 1000)'];
const near = spawn(process.execPath, sleeper, { stdio: 'ignore' });
const far = spawn(process.execPath, sleeper, { stdio: 'ignore', detached: true });
const between = spawn(process.execPath, ['-e', \`
  const { spawn } = require('node:child_process');
  const orphan = spawn(process.execPath, \${JSON.stringify(sleeper)}, { stdio: 'ignore', detached: true });
  orphan.unref();
  console.log(orphan.pid);
\`], { stdio: ['ignore', 'pipe', 'ignore'] });
const orphan = await new Promise((resolve) => between.stdout.once('data', (text) => resolve(Number(text))));
writeFileSync(${JSON.stringify(pids)}, JSON.stringify([near.pid, far.pid, orphan]));
`;

  const started = (pids: string) => {
    expect(existsSync(pids)).toBe(true);
    return JSON.parse(readFileSync(pids, 'utf8')) as number[];
  };

  test('is ended with it', async () => {
    const pids = join(folder, 'hung.pids');
    // One that does not end when it is told to.
    const text = `${family(pids)}process.on('SIGINT', () => undefined); hang();`;
    const { problem } = await outcome(program(text), 1500);
    expect(problem).toMatch(/^ended because nothing happened/);
    expect(started(pids)).toHaveLength(3);
    expect(started(pids).filter(alive)).toEqual([]);
  });

  test('is ended after it, too', async () => {
    const pids = join(folder, 'crashed.pids');
    const { problem } = await outcome(
      program(`${family(pids)}process.kill(process.pid, 'SIGSEGV');`),
      60_000,
    );
    expect(problem).toBe('signal SIGSEGV');
    expect(started(pids)).toHaveLength(3);
    expect(started(pids).filter(alive)).toEqual([]);
  });

  test('may end by itself first', async () => {
    const mark = join(folder, 'tidied');
    const { problem } = await outcome(
      program(`
import { writeFileSync } from 'node:fs';
process.on('SIGINT', () => { writeFileSync(${JSON.stringify(mark)}, ''); process.exit(0); });
hang();`),
      700,
      { graceMs: 20_000 },
    );
    expect(problem).toMatch(/^ended because nothing happened/);
    expect(existsSync(mark)).toBe(true);
  });
});
