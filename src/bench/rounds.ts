/**
 * Times several contenders side by side: a round is one step of each, in turn, so that all of them meet the
 * same state of the machine (A B A B, never A A B B).
 */

export interface Contender {
  readonly name: string;
  /** One step, whole: resolves when nothing of it is left to do. */
  readonly step: () => Promise<unknown>;
  /** Rounds that it takes part in; the first ones. */
  readonly rounds: number;
}

export interface Timed {
  /** Milliseconds by round; null where it did not take part. */
  readonly times: readonly (number | null)[];
  /** Why it stopped early. */
  readonly failure?: string;
}

/** Runs the rounds; a contender that throws is left out from then on. */
export async function timeInRounds(
  contenders: readonly Contender[],
  onRound: (round: number, of: number) => void = () => undefined,
  now: () => number = () => performance.now(),
): Promise<Map<string, Timed>> {
  const rounds = Math.max(0, ...contenders.map((contender) => contender.rounds));
  const times = new Map(contenders.map(({ name }) => [name, [] as (number | null)[]]));
  const failures = new Map<string, string>();
  for (let round = 0; round < rounds; round++) {
    onRound(round, rounds);
    for (const { name, step, rounds: own } of contenders) {
      const taken = times.get(name)!;
      if (round >= own || failures.has(name)) {
        taken.push(null);
        continue;
      }
      const start = now();
      try {
        await step();
        taken.push(now() - start);
      } catch (error) {
        taken.push(null);
        failures.set(name, error instanceof Error ? error.message : String(error));
      }
    }
  }
  return new Map(
    contenders.map(({ name }) => {
      const failure = failures.get(name);
      return [name, { times: times.get(name)!, ...(failure !== undefined && { failure }) }];
    }),
  );
}
