/** Works that more than one explanation is from. */
import type { Citation } from './explanation.ts';

export const SPARCL: Citation = {
  authors: 'Wang et al.',
  title: 'SparCL: Sparse Continual Learning on the Edge',
  venue: 'NeurIPS',
  year: 2022,
};

export const MEST: Citation = {
  authors: 'Yuan et al.',
  title: 'MEST: Accurate and fast memory-economic sparse training framework on the edge',
  venue: 'NeurIPS',
  year: 2021,
};

export const DER: Citation = {
  authors: 'Buzzega, Boschini, Porrello, Abati and Calderara',
  title: 'Dark Experience for General Continual Learning: a Strong, Simple Baseline',
  venue: 'NeurIPS',
  year: 2020,
};

export const GEM: Citation = {
  authors: 'Lopez-Paz and Ranzato',
  title: 'Gradient Episodic Memory for Continual Learning',
  venue: 'NeurIPS',
  year: 2017,
};

export const ICARL: Citation = {
  authors: 'Rebuffi, Kolesnikov, Sperl and Lampert',
  title: 'iCaRL: Incremental Classifier and Representation Learning',
  venue: 'CVPR',
  year: 2017,
};

export const RIGL: Citation = {
  authors: 'Evci et al.',
  title: 'Rigging the lottery: making all tickets winners',
  venue: 'ICML',
  year: 2020,
};
