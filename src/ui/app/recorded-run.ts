/** The run that is part of the page, for browsers that cannot train: the same pictures, from a recording. */
import type { Recording } from '../../lab/recording/recording.ts';

const ADDRESS = 'recorded/sparcl.json';

/** Fetches and reads it. Throws `RecordingError`, and what `fetch` throws. */
export async function recordedRun(): Promise<Recording> {
  const [{ recordingFromText }, response] = await Promise.all([
    import('../../lab/recording/recording-file.ts'),
    fetch(new URL(ADDRESS, document.baseURI)),
  ]);
  if (!response.ok) throw new Error(`the recorded run could not be fetched (${response.status})`);
  return recordingFromText(await response.text());
}
