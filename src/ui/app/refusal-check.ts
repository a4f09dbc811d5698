/**
 * Whether what is set up can run. A preset as it is always can; the rules about which fields go together are fetched
 * when something differs from it. Until they are there nothing is known against a config, and the worker, which asks
 * the same rules, would refuse it.
 */
import type { Config } from '../../lab/config/config.ts';
import { changedKeys, type Setup } from '../parts/setup.ts';

type Rules = (config: Config) => readonly unknown[];

export class RefusalCheck {
  #rules: Rules | null = null;
  #asked = false;
  /** Of the config that was checked last. */
  #config: Config | null = null;
  #refused = false;

  /** `learnt` is called when the rules have come. */
  constructor(private readonly learnt: () => void) {}

  refuses(setup: Setup): boolean {
    const { config } = setup;
    if (!this.#rules) {
      if (changedKeys(setup).length > 0) void this.#fetch();
      return false;
    }
    if (config !== this.#config) {
      this.#config = config;
      this.#refused = this.#rules(config).length > 0;
    }
    return this.#refused;
  }

  async #fetch(): Promise<void> {
    if (this.#asked) return;
    this.#asked = true;
    try {
      this.#rules = (await import('../../lab/config/combinations.ts')).refusals;
      this.learnt();
    } catch {
      // Asked for again with the next change.
      this.#asked = false;
    }
  }
}
