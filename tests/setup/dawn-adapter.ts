/**
 * Vitest's global setup for suites that run on Dawn: finds an adapter before any worker process starts,
 * because the Vulkan loader reads its environment once. Installs nothing; `npm test` has done so.
 */
import { adoptDawn, findDawn } from '../../src/cli/environment/dawn.mjs';
import { DAWN_ADVICE } from '../../src/cli/environment/ensure.mjs';

export default async function setup(): Promise<void> {
  const dawn = await findDawn();
  if (dawn === undefined) throw new Error(DAWN_ADVICE);
  adoptDawn(dawn);
  // A full suite takes an hour on SwiftShader; `npm test` says so where it comes to this.
  if (dawn.kind === 'swiftshader') process.env['PALIMPSEST_SCOPE'] ??= 'smoke';
}
