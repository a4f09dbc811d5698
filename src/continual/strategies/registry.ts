/** Every strategy by the name a config gives it. Adding one is a file beside this and a line here. */
import type { Strategy } from './strategy.ts';
import { agem } from './agem.ts';
import { der } from './der.ts';
import { derpp } from './derpp.ts';
import { erAce } from './er-ace.ts';
import { erSeparate } from './er-separate.ts';
import { er } from './er.ts';
import { ewc } from './ewc.ts';
import { fdr } from './fdr.ts';
import { finetune } from './finetune.ts';
import { gdumb } from './gdumb.ts';
import { icarl } from './icarl.ts';
import { joint } from './joint.ts';
import { lwf } from './lwf.ts';
import { packnet } from './packnet.ts';
import { si } from './si.ts';

export const STRATEGIES = {
  finetune,
  joint,
  er,
  'er-separate': erSeparate,
  der,
  derpp,
  agem,
  ewc,
  si,
  packnet,
  gdumb,
  'er-ace': erAce,
  fdr,
  icarl,
  lwf,
} as const satisfies Readonly<Record<string, Strategy>>;
