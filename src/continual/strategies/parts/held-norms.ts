/**
 * Lists a network whose norms go by held statistics, as in evaluation, and yet has gradients: what a single
 * image's gradient needs, whose own statistics mean nothing, and what frozen norms are. The norms list what they
 * always do; here that is followed, by the kernels' names, with what makes it so: the held statistics in the
 * place of the batch's, and an input gradient that does not pass through them.
 */
import './shaders.ts';
import { Emitter, type Emission, type EmitterOptions } from '../../../nn/compile/emitter.ts';

export interface HeldStatistics {
  /** Pairs of mean and variance, laid out as the store's running statistics. */
  readonly statistics: GPUBuffer;
  /**
   * A word that says whether the statistics are held by now. Until then norms go by the batch, and the running
   * statistics move with it, then too. Left out: they are held always, and the batch's are not computed.
   */
  readonly now?: GPUBuffer;
}

/** What `norm_finalize` is given, of which these are passed on. */
const SIZES = ['channels', 'groups', 'running_at', 'gamma_at', 'beta_at', 'epsilon'];

export class HeldNorms extends Emitter {
  readonly #held: HeldStatistics;

  constructor(options: EmitterOptions, held: HeldStatistics) {
    super(options);
    this.#held = held;
  }

  override dispatch(emission: Emission): void {
    const { kernel, label } = emission;
    const { statistics: held, now } = this.#held;
    const ofBatch = kernel === 'norm_partial' || kernel === 'norm_finalize';
    if (now !== undefined || !ofBatch) super.dispatch(emission);
    const switched = {
      defines: { SWITCHED: now ? 1 : 0 },
      buffers: now ? { now } : {},
      invocations: emission.parameters['channels'] ?? 0,
    };
    if (kernel === 'norm_finalize') {
      const { parameters, statistics } = emission.buffers;
      super.dispatch({
        ...switched,
        label: `${label}, held`,
        kind: 'forward',
        kernel: 'norm_hold',
        parameters: picked(emission.parameters, SIZES),
        buffers: { ...switched.buffers, held, parameters: parameters!, statistics: statistics! },
      });
    } else if (kernel === 'norm_grad_finalize') {
      super.dispatch({
        ...switched,
        label: `${label}, held`,
        kind: 'input-gradient',
        kernel: 'norm_hold_gradient',
        parameters: picked(emission.parameters, ['channels', 'groups']),
        buffers: { ...switched.buffers, coefficients: emission.buffers['coefficients']! },
      });
    }
  }
}

const picked = (values: Readonly<Record<string, number>>, names: readonly string[]) =>
  Object.fromEntries(names.map((name) => [name, values[name]!]));
