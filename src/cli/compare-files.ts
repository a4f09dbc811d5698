/** Reads the reports that `lab compare` is given. */
import { readFile } from 'node:fs/promises';
import {
  compareReports,
  parseReport,
  ReportError,
  type Comparison,
} from '../lab/report/compare.ts';
import { publishedRows } from '../lab/published/published.ts';
import type { CompareCommand } from './arguments.ts';

/** Throws `ReportError` for a file that cannot be read or is no report. */
export async function compareFiles({ files, recalled }: CompareCommand): Promise<Comparison> {
  const reports = await Promise.all(
    files.map(async (file) => {
      const text = await readFile(file, 'utf8').catch((error: unknown) => {
        const reason = error instanceof Error ? error.message : String(error);
        throw new ReportError(`${file}: it cannot be read (${reason})`);
      });
      return parseReport(text, file);
    }),
  );
  return compareReports(reports, publishedRows({ recalled }));
}
