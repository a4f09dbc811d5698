/** That a strategy's hooks read no field of the config that the strategy does not name: a run that notes every reading. */
import { afterEach, expect, test, vi } from 'vitest';
import { COMMON_FIELDS } from '../../src/continual/strategies/fields.ts';
import { STRATEGIES } from '../../src/continual/strategies/registry.ts';
import { StrategyRun } from '../../src/continual/strategies/strategy-run.ts';
import { fieldsRead, type Strategy } from '../../src/continual/strategies/strategy.ts';
import { defaultsOf, type Fields } from '../../src/options/field.ts';
import { gpu, noErrors } from './engine.ts';
import { smallTasks } from './small-tasks.ts';

afterEach(async () => {
  vi.restoreAllMocks();
  await noErrors();
  (await gpu()).memory.releaseAll();
});

/** What the engine itself asks of every strategy's options. */
const ENGINES = ['batch', 'bufferSize', 'emaDecay'];

/** Own fields that only hooks read; what else a strategy reads shows in its draws. */
const HOOKS_READ: Readonly<Record<string, readonly string[]>> = {
  ewc: ['penalty', 'penaltyDecay'],
  si: ['damping', 'penalty'],
};

const hooked = Object.values<Strategy>(STRATEGIES).filter(({ hooks }) => hooks);

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
  const everything = Object.values<Strategy>(STRATEGIES).map(({ fields }) => fields ?? {});
  const run = await smallTasks(strategy, {
    options: defaultsOf(Object.assign({}, ...everything) as Fields),
  });
  const { trainer } = run;
  for (const index of [0, 1]) {
    const task = await run.begin(index);
    for (let step = 0; step < 3; step++) {
      await trainer.beforeStep(task, step, 3);
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
  const own = asked.filter((key) => !Object.hasOwn(COMMON_FIELDS, key)).sort();
  expect(own).toEqual(HOOKS_READ[strategy.name] ?? []);
});
