/** Runs as files: what one is called, how it leaves the page, and how several are read, each with a result of its own. */
import {
  RecordingError,
  recordingFromText,
  recordingToText,
} from '../../lab/recording/recording-file.ts';
import type { Recording } from '../../lab/recording/recording.ts';
import { download } from '../parts/download.ts';

/** "palimpsest-run-replay-saves-it-seed-0.json". */
export function runFileName(name: string): string {
  const plain = name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '');
  return `palimpsest-run-${plain || 'unnamed'}.json`;
}

/** Hands a recording to the browser as a download. */
export function downloadRun(name: string, recording: Recording): void {
  const blob = new Blob([recordingToText(recording)], { type: 'application/json' });
  download(runFileName(name), blob);
}

export type ReadRun =
  | { readonly file: string; readonly ok: true; readonly recording: Recording }
  | { readonly file: string; readonly ok: false; readonly message: string };

/** Reads a file that may be a recording of a run; `message` is a sentence that names the file. */
export async function readRun(file: Pick<File, 'name' | 'text'>): Promise<ReadRun> {
  try {
    return { file: file.name, ok: true, recording: recordingFromText(await file.text()) };
  } catch (error) {
    const why =
      error instanceof RecordingError ? error.message : 'The browser could not read this file.';
    return { file: file.name, ok: false, message: `${file.name}: ${why}` };
  }
}
