/**
 * Every explanation, in the order in which those of one view stand below each other. Adding one is a file in `texts/`
 * and a line here.
 */
import type { Config } from '../../lab/config/config.ts';
import type { Explanation } from './explanation.ts';
import { agem } from './texts/agem.ts';
import { backwardTransfer } from './texts/backward-transfer.ts';
import { block } from './texts/block.ts';
import { bytes } from './texts/bytes.ts';
import { channel } from './texts/channel.ts';
import { crossEntropy } from './texts/cross-entropy.ts';
import { ddr } from './texts/ddr.ts';
import { dense } from './texts/dense.ts';
import { der } from './texts/der.ts';
import { derpp } from './texts/derpp.ts';
import { dgm } from './texts/dgm.ts';
import { dgmRelease } from './texts/dgm-release.ts';
import { em } from './texts/em.ts';
import { ema } from './texts/ema.ts';
import { ems } from './texts/ems.ts';
import { er } from './texts/er.ts';
import { erAce } from './texts/er-ace.ts';
import { erSeparate } from './texts/er-separate.ts';
import { erk } from './texts/erk.ts';
import { ewc } from './texts/ewc.ts';
import { fdr } from './texts/fdr.ts';
import { finetune } from './texts/finetune.ts';
import { flopsCounted } from './texts/flops-counted.ts';
import { flopsPublished } from './texts/flops-published.ts';
import { forgetting } from './texts/forgetting.ts';
import { gdumb } from './texts/gdumb.ts';
import { gmp } from './texts/gmp.ts';
import { icarl } from './texts/icarl.ts';
import { joint } from './texts/joint.ts';
import { lwf } from './texts/lwf.ts';
import { maskedHead } from './texts/masked-head.ts';
import { packnet } from './texts/packnet.ts';
import { pattern } from './texts/pattern.ts';
import { permutedStream } from './texts/permuted-stream.ts';
import { reservoir } from './texts/reservoir.ts';
import { rigl } from './texts/rigl.ts';
import { rotatedStream } from './texts/rotated-stream.ts';
import { scenarios } from './texts/scenarios.ts';
import { set } from './texts/set.ts';
import { si } from './texts/si.ts';
import { snip } from './texts/snip.ts';
import { sparcl } from './texts/sparcl.ts';
import { sparclRelease } from './texts/sparcl-release.ts';
import { splitStream } from './texts/split-stream.ts';
import { staticMask } from './texts/static.ts';
import { uniform } from './texts/uniform.ts';
import { unstructured } from './texts/unstructured.ts';

export const EXPLANATIONS: readonly Explanation[] = [
  forgetting,
  scenarios,
  splitStream,
  permutedStream,
  rotatedStream,
  finetune,
  joint,
  er,
  erSeparate,
  der,
  derpp,
  agem,
  ewc,
  si,
  packnet,
  gdumb,
  erAce,
  fdr,
  icarl,
  lwf,
  crossEntropy,
  maskedHead,
  ema,
  backwardTransfer,
  reservoir,
  flopsCounted,
  flopsPublished,
  bytes,
  ddr,
  staticMask,
  snip,
  set,
  rigl,
  gmp,
  em,
  ems,
  sparcl,
  sparclRelease,
  dense,
  block,
  channel,
  pattern,
  unstructured,
  uniform,
  erk,
  dgm,
  dgmRelease,
];

/** Those that stand beside the view of this name while a run of this config is shown. */
export const explanationsFor = (view: string, config: Config): readonly Explanation[] =>
  EXPLANATIONS.filter(({ views, applies }) => views.includes(view) && applies(config));
