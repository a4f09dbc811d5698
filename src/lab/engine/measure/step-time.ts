/**
 * How long work takes on a device of which one number is known: what it makes of dense convolutions, in 10⁹
 * floating-point operations a second. A step is that, and the bytes that it moves, and the dispatches that it is made
 * of. The constants were fitted to whole training steps (dense and 90 % sparse, four convolutions and ResNet-18) on
 * lavapipe and on an H100; a laptop that does something else besides takes longer.
 */

export interface DeviceSpeed {
  /** 10⁹ floating-point operations a second. */
  readonly gigaflops: number;
  /** The adapter is emulated on the CPU. */
  readonly software: boolean;
}

export interface Effort {
  readonly flops: number;
  readonly bytesMoved: number;
  readonly dispatches: number;
}

/** Operations that could have been made while a byte was moved. */
const FLOPS_A_BYTE = { software: 6, gpu: 4 } as const;
/** Seconds that a dispatch takes however little it does. */
const DISPATCH_SECONDS = { software: 5e-5, gpu: 2e-5 } as const;

export function secondsFor(
  { flops, bytesMoved, dispatches }: Effort,
  { gigaflops, software }: DeviceSpeed,
): number {
  const kind = software ? 'software' : 'gpu';
  const operations = flops + FLOPS_A_BYTE[kind] * bytesMoved;
  return operations / (1e9 * gigaflops) + dispatches * DISPATCH_SECONDS[kind];
}
