/** That a strategy's hooks read no field of the config that it does not name: a run that notes every reading. */
import { afterEach, expect, test, vi } from 'vitest';
import { OWN_FIELDS } from '../../src/continual/strategies/own-fields.ts';
import { STRATEGIES } from '../../src/continual/strategies/registry.ts';
import { StrategyRun } from '../../src/continual/strategies/strategy-run.ts';
import { fieldsRead, type Strategy } from '../../src/continual/strategies/strategy.ts';
import { defaultsOf, type Fields } from '../../src/options/field.ts';
import { NO_TERMS } from '../reference/no-terms.ts';
import { gpu, noErrors } from './engine.ts';
import { smallTasks } from './small-tasks.ts';

afterEach(async () => {
  vi.restoreAllMocks();
  await noErrors();
  (await gpu()).memory.releaseAll();
});

/** What the engine itself asks of every strategy's options. */
const ENGINES = ['batch', 'bufferSize', 'emaDecay'];

const hooked = Object.values<Strategy>(STRATEGIES).filter(
  (strategy) => strategy.hooks !== undefined,
);

test.each(hooked)('$name', async (strategy) => {
  const read = new Set<string>();
  const noting = <Options extends object>(options: Options): Options =>
    new Proxy(options, {
      get: (target, key) => {
        if (typeof key === 'string') read.add(key);
        return Reflect.get(target, key) as unknown;
      },
    });
  const create = StrategyRun.create.bind(StrategyRun);
  vi.spyOn(StrategyRun, 'create').mockImplementation((of, context) =>
    create(of, { ...context, options: noting(context.options) }),
  );
  const defaults = defaultsOf<Fields>(OWN_FIELDS);
  const run = await smallTasks(strategy, { options: defaults });
  const { trainer } = run;
  for (const index of [0, 1]) {
    const task = await run.begin(index);
    for (let step = 0; step < 3; step++) {
      const due = (strategy.points ?? []).filter((point) => Math.ceil(point * 3) === step);
      for (const point of due) await trainer.atPoint(task, point);
      await run.step(task, 3 * index + step, [0, 1]);
    }
    await trainer.endTask(task);
    trainer.strategy.beginEvaluation();
    trainer.strategy.showTask(0);
    trainer.strategy.endEvaluation();
  }
  const named = fieldsRead(strategy);
  const asked = [...read].filter((key) => !ENGINES.includes(key));
  expect(asked.filter((key) => !named.has(key))).toEqual([]);
  // What the strategy declares for itself is read by hooks or shows in its draws.
  for (const key of Object.keys(strategy.fields ?? {})) {
    const halved = { ...defaults, [key]: Number(defaults[key]) / 2 };
    const [one, other] = [defaults, halved].map((options) =>
      JSON.stringify(strategy.draws({ ...NO_TERMS, batch: 8, ...options })),
    );
    expect([key, read.has(key) || one !== other]).toEqual([key, true]);
  }
});
