/**
 * What people have kept stays readable: addresses, config files, reports and runs that were written before the
 * folders of `src` were rearranged (`tests/reference/kept`). A field may be added; none may be renamed, narrowed or
 * given another meaning without reading the old form too.
 */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import type { Config } from '../../../src/lab/config/config.ts';
import { recordingFromText, recordingToText } from '../../../src/lab/recording/recording-file.ts';
import { compareReports, parseReport } from '../../../src/lab/report/compare.ts';
import { configFromText } from '../../../src/ui/controls/config-file.ts';
import { setupFrom } from '../../../src/ui/parts/address.ts';
import { searchOf } from '../../../src/ui/parts/setup.ts';
import { runNumbers } from '../../../src/ui/runs/run-summary.ts';

function kept(name: string): string {
  const file = new URL(`../../reference/kept/${name}.json.gz`, import.meta.url);
  return gunzipSync(readFileSync(file)).toString('utf8');
}

interface KeptAddress {
  readonly address: string;
  readonly preset: string;
  readonly config: Config;
}

const ADDRESSES = JSON.parse(kept('addresses')) as readonly KeptAddress[];

describe('a copied link', () => {
  test.each(ADDRESSES)('$address', ({ address, preset, config }) => {
    const { setup, problems } = setupFrom(address);
    expect(problems).toEqual([]);
    expect(setup.preset).toBe(preset);
    expect(setup.config).toMatchObject(config);
    expect(setupFrom(searchOf(setup)).setup).toEqual(setup);
  });

  test('is kept for every field, with a value that is not the usual one', () => {
    const fields = Object.keys(ADDRESSES[0]!.config) as (keyof Config)[];
    const usual = ADDRESSES.find(({ preset }) => preset === 'pocket-finetune')!.config;
    const never = fields.filter((key) =>
      ADDRESSES.every(({ config }) => config[key] === usual[key]),
    );
    expect(never).toEqual([]);
  });
});

test('a config file', () => {
  const { config } = ADDRESSES.find(({ preset }) => preset === 'split-derpp')!;
  const reading = configFromText(kept('config-file'));
  expect(reading).toMatchObject({ ok: true, preset: 'split-derpp', config });
});

test('reports, alone and side by side', () => {
  const texts = ['report', 'report-dense'].map(kept);
  const reports = texts.map((text, i) => parseReport(text, `report ${String(i)}`));
  reports.forEach((report, i) => {
    expect(report).toMatchObject(JSON.parse(texts[i]!) as object);
  });
  expect(compareReports(reports, []).groups).toHaveLength(2);
});

describe('a recorded run', () => {
  test.each(['recording', 'recording-watched'])('%s', (name) => {
    const recording = recordingFromText(kept(name));
    const again = recordingFromText(recordingToText(recording));
    expect(again).toEqual(recording);
    expect(recording.report).not.toBeNull();
    expect(recording.loss).toHaveLength(recording.report!.steps);
    expect(recording.accuracy.length).toBe(recording.report!.classIncremental.matrix.length + 1);
    const last = recording.report!.classIncremental.matrix.at(-1)!;
    expect(runNumbers(recording)).toMatchObject({ steps: recording.report!.steps });
    expect(recording.accuracy.at(-1)!.classIncremental).toEqual(last);
  });
});
