import { describe, expect, test } from 'vitest';
import { duration, percent, Progress } from '../../../src/cli/progress.ts';
import type { Event } from '../../../src/lab/protocol.ts';

const step = (at: number): Event => ({
  type: 'progress',
  task: 1,
  epoch: 0,
  step: at,
  steps: 200,
  imagesPerSecond: 99.6,
  etaSeconds: 75,
});

function recorder(isTTY: boolean) {
  const written: string[] = [];
  let time = 0;
  const stream = { isTTY, columns: 120, write: (text: string) => written.push(text) };
  return {
    progress: new Progress(stream, () => time),
    written,
    wait: (ms: number) => {
      time += ms;
    },
  };
}

describe('Progress', () => {
  test('rewrites one line with a bar on a terminal', () => {
    const { progress, written } = recorder(true);
    progress.take(step(50));
    progress.take(step(100));
    progress.end();
    expect(written).toHaveLength(3);
    expect(written[1]).toBe(
      `\r\x1b[2K${'█'.repeat(12)}${'░'.repeat(12)} 100/200  task 2 epoch 1  loss –  100 images/s  1:15 left`,
    );
    expect(written[2]).toBe('\n');
  });

  test('writes a line now and then elsewhere, without control characters', () => {
    const { progress, written, wait } = recorder(false);
    for (let i = 0; i < 30; i++) {
      progress.take(step(i));
      wait(1000);
    }
    progress.end();
    expect(written).toHaveLength(3);
    expect(written.join('')).not.toMatch(/[\r\x1b]/);
  });

  test('tells the accuracy after a task', () => {
    const { progress, written } = recorder(false);
    progress.take({
      type: 'accuracy',
      at: 8,
      after: 1,
      classIncremental: [0.5, 0.7, 0.9],
      taskIncremental: [1, 1, 1],
    });
    expect(written).toEqual(['after task 2: accuracy over all tasks 70.0 %\n']);
  });
});

test('numbers for people', () => {
  expect(percent(0.1234)).toBe('12.3 %');
  expect(duration(0.4)).toBe('0:00');
  expect(duration(75)).toBe('1:15');
  expect(duration(3700)).toBe('1:01:40');
});
