import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { changedFiles } from '../../setup/changed-files.mjs';
import { READERS, RULES, choose } from '../../setup/changed-rule.mjs';
import { narrow } from '../../setup/options.mjs';
import { STAGES, root } from '../../setup/stages.mjs';

/** How much of each stage runs for a change of these files; stages that are left out are not named. */
const runs = (...changed: string[]) =>
  Object.fromEntries(
    choose(changed)
      .filter((choice) => choice.runs !== 'none')
      .map((choice) => [choice.stage, choice.runs]),
  );

const CHECKS = { lint: 'some', format: 'some', types: 'all', unused: 'all' };

describe('a change of', () => {
  test('nothing needs nothing', () => {
    expect(runs()).toEqual({});
  });

  test('texts needs their format alone', () => {
    expect(runs('README.md', 'tests/reference/README.md', 'src/ui/notes.md')).toEqual({
      format: 'some',
    });
  });

  test('the page needs it built and driven', () => {
    const page = { ...CHECKS, unit: 'some', build: 'all', e2e: 'all' };
    expect(runs('src/ui/app/shell.ts')).toEqual(page);
    expect(runs('index.html')).toMatchObject({ build: 'all', e2e: 'all' });
    expect(runs('public/recorded.json')).toMatchObject({ build: 'all', e2e: 'all' });
    expect(runs('tests/e2e/run.spec.ts')).toEqual({ ...page });
  });

  test('the engine needs the tests that import it, and networks that learn', () => {
    expect(runs('src/nn/graph.ts')).toEqual({
      ...CHECKS,
      ...{ unit: 'some', kernels: 'some', 'kernels-browser': 'some', learning: 'all' },
    });
  });

  test('the lab needs both', () => {
    expect(runs('src/lab/session.ts')).toEqual({
      ...CHECKS,
      ...{ unit: 'some', kernels: 'some', 'kernels-browser': 'some', build: 'all', e2e: 'all' },
    });
  });

  test('a shader needs every test that may use it', () => {
    expect(runs('shaders/optimizer/sgd.wgsl')).toEqual({
      ...{ format: 'some', unit: 'all', kernels: 'all', 'kernels-browser': 'all' },
      learning: 'all',
    });
  });

  test('a test needs itself', () => {
    expect(runs('tests/unit/ui/format.test.ts')).toEqual({ ...CHECKS, unit: 'some' });
    const kernels = { kernels: 'some', 'kernels-browser': 'some' };
    expect(runs('tests/kernels/loss.test.ts')).toEqual({ ...CHECKS, ...kernels, unit: 'some' });
  });

  test('packages needs everything', () => {
    expect(Object.keys(runs('package-lock.json')).sort()).toEqual(
      STAGES.map(({ name }) => name).sort(),
    );
  });

  test('what a test reads, but does not import, needs that test', () => {
    const unit = choose(['src/ui/tokens.css']).find(({ stage }) => stage === 'unit');
    expect(unit?.files).toContain('tests/unit/ui/heat.test.ts');
  });
});

describe('the rule', () => {
  test('has a line for each stage', () => {
    expect(RULES.map(({ stage }) => stage).sort()).toEqual(STAGES.map(({ name }) => name).sort());
  });

  test('names files and folders that are there', () => {
    const patterns = [
      ...RULES.flatMap(({ touches, except = [], whole = [] }) => [...touches, ...except, ...whole]),
      ...READERS.flatMap(({ tests, touches }) => [...tests, ...touches]),
    ].filter((pattern) => !pattern.startsWith('*') && pattern !== 'LICENSE');
    expect(patterns.filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });

  test('knows the tests that read files of the sources without importing them', () => {
    const listed = READERS.flatMap(({ tests }) => tests);
    const reading = readdirSync(join(root, 'tests/unit'), { recursive: true, encoding: 'utf8' })
      .map((path) => `tests/unit/${path.replaceAll('\\', '/')}`)
      .filter((path) => path.endsWith('.test.ts') && !path.startsWith('tests/unit/setup/'))
      .filter((path) => {
        const text = readFileSync(join(root, path), 'utf8');
        return (
          /readFileSync\([^)]*(src|ROOT)\b/.test(text) ||
          /glob<string>\(\s*'[./]*\/src\//.test(text)
        );
      });
    expect(reading.length).toBeGreaterThan(0);
    expect(reading.filter((path) => !listed.includes(path))).toEqual([]);
  });
});

describe('the commands of a narrowed run', () => {
  const of = (changed: string[], present = changed) =>
    narrow(STAGES, { base: 'HEAD', changed, present });
  const command = (chosen: ReturnType<typeof of>, name: string) =>
    chosen.chosen.find(({ stage }) => stage.name === name)?.commands.flat() ?? [];

  test('name the files, but not to those that cannot read them, and none that is deleted', () => {
    const chosen = of(
      ['README.md', 'src/nn/graph.ts', 'src/nn/gone.ts'],
      ['README.md', 'src/nn/graph.ts'],
    );
    expect(command(chosen, 'lint')).toContain('src/nn/graph.ts');
    expect(command(chosen, 'lint')).not.toContain('README.md');
    expect(command(chosen, 'format')).toEqual(
      expect.arrayContaining(['README.md', 'src/nn/graph.ts']),
    );
    expect(command(chosen, 'kernels')).toEqual(
      expect.arrayContaining(['related', 'src/nn/graph.ts']),
    );
    expect(chosen.chosen.flatMap(({ commands }) => commands.flat())).not.toContain(
      'src/nn/gone.ts',
    );
  });

  test('come with a line for each stage that is left out, and why', () => {
    const { leftOut, chosen } = of(['README.md']);
    expect(chosen.map(({ stage }) => stage.name)).toEqual(['format']);
    for (const { name } of STAGES.filter((stage) => stage.name !== 'format')) {
      expect(
        leftOut.filter((line) => line.startsWith(`${name}: left out, since nothing`)),
      ).toHaveLength(1);
    }
  });
});

describe('files that differ', () => {
  const folder = mkdtempSync(join(tmpdir(), 'palimpsest-changed-'));
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });
  const git = (...parameters: string[]) =>
    execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@t', ...parameters], {
      cwd: folder,
    });
  const write = (path: string, text: string) => {
    writeFileSync(join(folder, path), text);
  };
  const commit = (message: string) => {
    git('add', '.');
    git('commit', '-qm', message);
  };

  test('are those of the branch, of the working tree, and those of no commit', () => {
    git('init', '-qb', 'main');
    mkdirSync(join(folder, 'b'));
    for (const path of ['kept', 'committed', 'staged', 'b/edited', 'deleted', '.gitignore'])
      write(path, '1');
    write('.gitignore', 'ignored\n');
    commit('one');
    git('checkout', '-qb', 'branch');
    write('committed', '2');
    commit('two');
    git('checkout', '-q', 'main');
    write('elsewhere', '1');
    commit('three');
    git('checkout', '-q', 'branch');
    write('staged', '2');
    git('add', 'staged');
    write('b/edited', '2');
    write('b/new one', '1');
    write('ignored', '1');
    rmSync(join(folder, 'deleted'));
    expect(changedFiles(folder, 'main')).toMatchObject({
      changed: ['b/edited', 'b/new one', 'committed', 'deleted', 'staged'],
      present: ['b/edited', 'b/new one', 'committed', 'staged'],
    });
    // Without a remote, those of no commit yet.
    expect(changedFiles(folder, undefined).changed).not.toContain('committed');
    expect(() => changedFiles(folder, 'nonesuch')).toThrow('--changed nonesuch');
  });
});
