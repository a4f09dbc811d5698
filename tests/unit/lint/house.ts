/** A small project in a temporary folder, and the linter run on one of its files. */
import { Linter } from 'eslint';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parser } from 'typescript-eslint';
import { house } from '../../lint/plugin.mjs';

export interface House {
  /** What the linter says of a file, line and message. */
  messages(file: string): readonly string[];
  remove(): void;
}

/** `files` by their path from the root; `rules` as in the linter's configuration. */
export function houseOf(files: Readonly<Record<string, string>>, rules: Linter.RulesRecord): House {
  const root = mkdtempSync(join(tmpdir(), 'palimpsest-house-'));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  const linter = new Linter({ cwd: root });
  const config: Linter.Config = {
    files: ['**/*.ts'],
    plugins: { house },
    languageOptions: { parser },
    rules,
  };
  return {
    messages: (file) =>
      linter
        .verify(readFileSync(join(root, file), 'utf8'), [config], { filename: join(root, file) })
        .map(({ line, message }) => `${String(line)}: ${message}`),
    remove: () => {
      rmSync(root, { recursive: true });
    },
  };
}
