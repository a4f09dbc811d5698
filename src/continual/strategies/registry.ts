/** Every strategy by the name a config gives it. Adding one is a file beside this and a line here. */
import type { Strategy } from '../strategy.ts';
import { der } from './der.ts';
import { derpp } from './derpp.ts';
import { er } from './er.ts';
import { finetune } from './finetune.ts';
import { joint } from './joint.ts';

export const STRATEGIES = { finetune, joint, er, der, derpp } as const satisfies Readonly<
  Record<string, Strategy>
>;
