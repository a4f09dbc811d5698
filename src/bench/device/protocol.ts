/** What the page of the device benchmark and its worker say to each other, and the one document that is left. */
import type { AdapterSummary } from '../../lab/protocol.ts';

/** One layer, forward and both backward passes, block-sparse against the same layer dense. */
export interface KernelPoint {
  /** Output × input channels, "16×16". */
  readonly block: string;
  /** Share of the multiply-accumulates that are executed. */
  readonly density: number;
  /** Milliseconds of the three passes, the median of the rounds. */
  readonly ms: number;
  /** Dense time over this one, the median of the rounds' ratios. */
  readonly speedUp: number;
}

/** A whole training step against the dense step of the same network. */
export interface StepPoint {
  readonly sparsity: number;
  readonly ms: number;
  readonly denseMs: number;
}

export interface DeviceReport {
  readonly schema: 'palimpsest-device/1';
  /** When it began: ISO 8601. */
  readonly date: string;
  readonly adapter: AdapterSummary;
  /** 10⁹ floating-point operations a second of a dense convolution. */
  readonly gigaflops: number;
  /** The layer of the sweep, for people. */
  readonly layer: string;
  readonly denseLayerMs: number;
  readonly kernels: readonly KernelPoint[];
  /** The network of the steps, for people. */
  readonly network: string;
  readonly stepBlock: string;
  readonly steps: readonly StepPoint[];
}

export type DeviceCommand = { readonly type: 'run' } | { readonly type: 'stop' };

export type DeviceEvent =
  /** What is being timed, and how far all of it is, in [0, 1]. */
  | { readonly type: 'doing'; readonly what: string; readonly share: number }
  /** Everything that is known so far. */
  | { readonly type: 'report'; readonly report: DeviceReport; readonly whole: boolean }
  | { readonly type: 'stopped' }
  | { readonly type: 'failure'; readonly message: string };
