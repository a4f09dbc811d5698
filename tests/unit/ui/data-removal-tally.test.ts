/** The stream and what data removal takes from it, counted by hand on two tasks of two classes. */
import { expect, it } from 'vitest';
import { DEFAULTS } from '../../../src/lab/config/config.ts';
import { newRecording, type ImagesRemoved } from '../../../src/lab/recording/recording.ts';
import {
  countsByClass,
  imagesInUse,
  imagesOf,
  removalsAt,
} from '../../../src/ui/views/data/removal-tally.ts';
import {
  allAtOnce,
  className,
  classesOf,
  tasksAt,
} from '../../../src/ui/views/data/stream-tasks.ts';

const PLAN = {
  tasks: [
    { name: 'Task 1', classes: ['cat', 'dog'], heads: [0, 1] },
    { name: 'Task 2', classes: ['car', 'ship'], heads: [2, 3] },
  ],
  taskEnds: [20, 40],
  steps: 40,
  parameters: 1,
  macsPerStep: 1,
};

const removal = (at: number, task: number, images: number[], kept: number): ImagesRemoved => ({
  at,
  removal: { task, epoch: 1, score: 'margin', removed: Uint32Array.from(images), kept },
});

/** Four images of each class: 0–3 cats, 4–7 dogs. */
const recording = newRecording({ ...DEFAULTS, imagesPerClass: 4 }, null);
recording.plan = PLAN;
recording.removals.push(
  removal(5, 0, [0, 5, 6], 5),
  removal(10, 0, [3], 4),
  removal(25, 1, [7], 7),
);

it('knows of each task whether it is over, going on or to come', () => {
  const states = (at: number) => tasksAt(PLAN, at).map(({ state }) => state);
  expect(states(0)).toEqual(['now', 'later']);
  expect(states(19)).toEqual(['now', 'later']);
  expect(states(20)).toEqual(['done', 'now']);
  expect(states(40)).toEqual(['done', 'done']);
  expect(tasksAt(PLAN, 0).map(({ from, to }) => [from, to])).toEqual([
    [0, 20],
    [20, 40],
  ]);
});

it('takes joint training for one task of all classes', () => {
  const joint = { ...PLAN, taskEnds: [40] };
  expect(allAtOnce(joint)).toBe(true);
  expect(allAtOnce(PLAN)).toBe(false);
  expect(tasksAt(joint, 39).map(({ state }) => state)).toEqual(['now', 'now']);
  expect(tasksAt(joint, 40).map(({ state }) => state)).toEqual(['done', 'done']);
  expect(classesOf(joint, 0)).toEqual(['cat', 'dog', 'car', 'ship']);
  expect(classesOf(PLAN, 1)).toEqual(['car', 'ship']);
});

it('names a class by its output, in the task that is asked for where tasks share outputs', () => {
  expect(className(recording, 3, null)).toBe('ship');
  const shared = newRecording(DEFAULTS, null);
  shared.plan = {
    ...PLAN,
    tasks: [
      { name: 'Task 1', classes: ['upright'], heads: [0] },
      { name: 'Task 2', classes: ['turned'], heads: [0] },
    ],
  };
  expect(className(shared, 0, 1)).toBe('turned');
  expect(className(shared, 0, null)).toBe('upright');
  expect(className(shared, 7, 1)).toBe('output 8');
});

it('has only the removals that had happened', () => {
  expect(removalsAt(recording, 4)).toHaveLength(0);
  expect(removalsAt(recording, 10)).toHaveLength(2);
  expect(removalsAt(recording, 40, 0)).toHaveLength(2);
  expect(removalsAt(recording, 40, 1)).toHaveLength(1);
});

it('knows the images of a task from its first removal, or from the config', () => {
  expect(imagesOf(recording, 0)).toBe(8);
  expect(imagesOf({ ...recording, removals: [removal(1, 0, [2], 5)] }, 0)).toBe(6);
  expect(imagesOf({ ...recording, removals: [] }, 1)).toBe(8);
});

it('walks down with every removal and up with every task', () => {
  expect(imagesInUse(recording, 40)).toEqual([
    { step: 0, images: 8 },
    { step: 5, images: 5 },
    { step: 10, images: 4 },
    { step: 20, images: 8 },
    { step: 25, images: 7 },
  ]);
  expect(imagesInUse(recording, 7)).toEqual([
    { step: 0, images: 8 },
    { step: 5, images: 5 },
  ]);
});

it('counts by class, since images lie class after class', () => {
  expect(countsByClass(recording, 5, 0)).toEqual([
    { name: 'cat', removed: 1, kept: 3 },
    { name: 'dog', removed: 2, kept: 2 },
  ]);
  expect(countsByClass(recording, 10, 0)).toEqual([
    { name: 'cat', removed: 2, kept: 2 },
    { name: 'dog', removed: 2, kept: 2 },
  ]);
  expect(countsByClass(recording, 40, 1)).toEqual([
    { name: 'car', removed: 0, kept: 4 },
    { name: 'ship', removed: 1, kept: 3 },
  ]);
});

it('does not guess the class where classes are not all of the configured size', () => {
  expect(countsByClass({ ...recording, removals: [removal(1, 0, [2], 5)] }, 5, 0)).toBeNull();
});
