/**
 * What is fixed about the two CIFAR sets, wherever their images come from: names, citation, and the
 * statistics that the field normalises with (those of the 50,000 training images, as mammoth has them).
 */
import type { SetFacts } from './image-source.ts';

const CITATION = 'Krizhevsky, Learning Multiple Layers of Features from Tiny Images, 2009';

export const CIFAR10: SetFacts = {
  name: 'cifar10',
  title: 'CIFAR-10',
  mean: [0.4914, 0.4822, 0.4465],
  std: [0.247, 0.2435, 0.2615],
  notice: `CIFAR-10: ${CITATION}.`,
};

export const CIFAR100: SetFacts = {
  name: 'cifar100',
  title: 'CIFAR-100',
  mean: [0.5071, 0.4865, 0.4409],
  std: [0.2673, 0.2564, 0.2762],
  notice: `CIFAR-100: ${CITATION}.`,
};

/** In label order, spelt as the official `batches.meta.txt` spells them. */
export const CIFAR10_CLASSES = [
  'airplane',
  'automobile',
  'bird',
  'cat',
  'deer',
  'dog',
  'frog',
  'horse',
  'ship',
  'truck',
] as const;
