/**
 * The white space of WGSL, which Prettier does not know: no tabs, no trailing blanks, one newline at the
 * end, no line over 100 columns.
 */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const MAX_COLUMNS = 100;
const root = fileURLToPath(new URL('../..', import.meta.url));

const problems = readdirSync(join(root, 'shaders'), { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.wgsl'))
  .map((file) => join('shaders', file))
  .flatMap((file) => {
    const text = readFileSync(join(root, file), 'utf8');
    const lines = text.split('\n').flatMap((line, index) => {
      const place = `${file}:${index + 1}`;
      return [
        ...(line.includes('\t') ? [`${place}: a tab`] : []),
        ...(/\s$/.test(line) ? [`${place}: trailing white space`] : []),
        ...(line.length > MAX_COLUMNS ? [`${place}: over ${MAX_COLUMNS} columns`] : []),
      ];
    });
    return /[^\n]\n$/.test(text) ? lines : [...lines, `${file}: does not end in one newline`];
  });

for (const problem of problems) console.error(problem);
if (problems.length > 0) process.exitCode = 1;
