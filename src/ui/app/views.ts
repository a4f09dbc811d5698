/** The views of a run, in the order of the page: one line each. */
import type { View } from '../view/view.ts';
import { accuracyView } from '../views/accuracy/view.ts';
import { costView } from '../views/cost/view.ts';
import { dataView } from '../views/data/view.ts';
import { lossView } from '../views/loss/view.ts';
import { masksView } from '../views/masks/view.ts';

export const VIEWS: readonly View[] = [masksView, accuracyView, lossView, dataView, costView];
