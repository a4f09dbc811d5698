/** The project's own rules for ESLint: what holds the house together and no rule of others sees. */
import { noCircle } from './no-circle.mjs';
import { noEntryNames } from './no-entry-names.mjs';

/** @type {import('eslint').ESLint.Plugin} */
export const house = {
  rules: { 'no-circle': noCircle, 'no-entry-names': noEntryNames },
};
