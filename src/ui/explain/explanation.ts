/**
 * What an explanation is: a short text about one thing that the running config does, its formula, and every symbol of
 * it with the value that it has at the moment that is shown. One file in `texts/` is one explanation; `registry.ts`
 * lists them.
 */
import type { Config } from '../../lab/config/config.ts';
import type { Recording } from '../../lab/recording/recording.ts';

/** A symbol of a formula and what it stands for now. */
export interface LiveSymbol {
  /** In the notation of `notation.ts`. */
  readonly sign: string;
  readonly means: string;
  /** As it is to be read; "–" while nothing is known. */
  readonly value: string;
}

/** A work that says where an idea is from; what is not known for certain is left out. */
export interface Citation {
  readonly authors: string;
  readonly title: string;
  readonly venue?: string;
  readonly year: number;
  /** Where in it: "Eq. (1)", "algorithm 4". */
  readonly section?: string;
}

export interface Explanation {
  readonly name: string;
  /** Names of the views that it stands beside. */
  readonly views: readonly string[];
  /** Whether a run of this config does what is explained. */
  readonly applies: (config: Config) => boolean;
  readonly title: string;
  /** 60 to 120 words, with `[[term]]` or `[[term|words]]` for what the glossary knows. */
  readonly body: string;
  /** Lines in the notation of `notation.ts`. */
  readonly formula: readonly string[];
  /** Letters of the formula that stand for a thing and not for a number to be shown. */
  readonly letters?: readonly (readonly [sign: string, means: string])[];
  /** What the formula's other symbols stand for when `at` steps were done. */
  readonly symbols: (recording: Recording, at: number) => readonly LiveSymbol[];
  readonly citations: readonly Citation[];
}
