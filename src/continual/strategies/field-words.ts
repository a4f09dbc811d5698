/** The words for people of the fields in `fields.ts`, apart from them so that they are fetched where they are shown. */
import type { FieldWords } from '../../options/field.ts';
import type { COMMON_FIELDS } from './fields.ts';

type Worded = keyof typeof COMMON_FIELDS | 'alpha' | 'beta' | 'penalty';

export const FIELD_WORDS: Readonly<Record<Worded, FieldWords>> = {
  bufferSize: {
    title: 'replay buffer',
    help: 'Old images that are kept to be shown again.',
    unit: 'images',
  },
  alpha: {
    title: 'α, stored logits',
    help: 'How strongly the network is held to what it answered before.',
  },
  beta: { title: 'β, replayed labels', help: 'How much the labels of replayed images count.' },
  penalty: {
    title: 'penalty',
    help: 'How stiffly weights that earlier tasks need are held in place (λ of EWC, c of SI).',
  },
  emaDecay: {
    title: 'averaged weights',
    help: 'Tests a slow average of the weights in place of the weights themselves. 0: none.',
    unit: 'a step',
  },
  maskedHead: {
    title: 'masked head',
    help: 'New images compete among their own task’s classes alone, which leaves older ones in peace.',
  },
  batch: { title: 'batch', help: 'New images in one step.', unit: 'images' },
  replayBatch: {
    title: 'replay batch',
    help: 'Old images in one draw from the buffer.',
    unit: 'images',
  },
};
