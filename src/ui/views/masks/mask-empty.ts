/** What stands in the mask wall’s place during a run, while there is no mask: why there is none. */
import type { Recording } from '../../../lab/recording/recording.ts';
import { LAYOUTS } from '../../../sparse/layouts/registry.ts';
import { emptyPicture } from '../../view/empty-view.ts';
import { EMPTY_WALL, specimen } from './specimen.ts';

export function emptyWall(recording: Recording | null): unknown {
  if (recording === null) return emptyPicture(EMPTY_WALL);
  const [lead, more] = words(recording);
  return emptyPicture({ draw: specimen, lead, more });
}

function words({ config }: Recording): readonly [lead: string, more: string] {
  if (!LAYOUTS[config.layout].masked) {
    return [
      'This network is dense: every weight lives, so there is no mask to show.',
      'To see weights come and go, choose the story “SparCL, complete”, or give this one a sparse layout under “which weights exist”.',
    ];
  }
  return [
    'The first mask is being drawn.',
    'It decides which few of the weights exist when training begins.',
  ];
}
