import { describe, expect, it } from 'vitest';
import {
  batches,
  createStream,
  epochOrder,
  stepsPerEpoch,
  StreamError,
  type StreamOptions,
} from '../../../src/continual/stream/stream.ts';
import { recorded } from './recorded.ts';

const split: StreamOptions = {
  classes: 10,
  classesPerTask: 2,
  tasks: 5,
  classOrder: 'label',
  seed: 0,
  imagesPerClass: 3,
};
const ascending = (values: Iterable<number>) => [...values].sort((a, b) => a - b);

describe.each(recorded.streams)(
  'recorded mammoth stream: $tasks tasks of $classesPerTask of $classes classes, $classOrder',
  ({ set, position, cut, ...options }) => {
    const imagesPerClass = (label: number) => set.filter((other) => other === label).length;
    const stream = createStream({ ...options, imagesPerClass });

    it('numbers the outputs as recorded', () => {
      expect(stream.outputs).toBe(options.classes);
      expect(stream.outputOf).toEqual(position);
      expect(stream.classOrder.map((label) => position[label])).toEqual(
        Array.from({ length: options.classes }, (_, head) => head),
      );
    });

    it('cuts tasks as recorded, image for image', () => {
      expect(stream.training.map((task) => ascending(task.labels))).toEqual(
        cut.map((task) => task.labels),
      );
      expect(stream.training.map((task) => ascending(task.targets))).toEqual(
        cut.map((task) => task.targets),
      );
    });

    it('gives a task the contiguous outputs of its labels', () => {
      for (const task of stream.evaluation) {
        expect(task.labels.map((label) => position[label])).toEqual(
          task.labels.map((_, i) => task.firstOutput + i),
        );
      }
    });
  },
);

describe('createStream', () => {
  it('is Split CIFAR-10 in label order', () => {
    const { training, evaluation } = createStream({ ...split, imagesPerClass: 5000 });
    expect(training.map((task) => task.labels)).toEqual([
      [0, 1],
      [2, 3],
      [4, 5],
      [6, 7],
      [8, 9],
    ]);
    expect(training.map((task) => task.targets.length)).toEqual([
      10000, 10000, 10000, 10000, 10000,
    ]);
    expect(training.map(({ index, name, firstOutput }) => [index, name, firstOutput])).toEqual([
      [0, 'Task 1', 0],
      [1, 'Task 2', 2],
      [2, 'Task 3', 4],
      [3, 'Task 4', 6],
      [4, 'Task 5', 8],
    ]);
    expect(evaluation.map((task) => task.labels)).toEqual(training.map((task) => task.labels));
  });

  it('lays images class after class, as many as each class has', () => {
    const { training } = createStream({ ...split, imagesPerClass: (label) => 1 + (label % 2) });
    expect(Array.from(training[1]!.targets)).toEqual([2, 3, 3]);
  });

  it('trains once on everything for joint, and tests the tasks apart', () => {
    const options: StreamOptions = { ...split, tasks: 3, classOrder: 'shuffled', seed: 4 };
    const [joint, tasks] = [createStream(options, 'joint'), createStream(options)];
    expect(joint.training).toHaveLength(1);
    expect(joint.training[0]!.labels).toEqual(tasks.training.flatMap((task) => task.labels));
    expect(Array.from(joint.training[0]!.targets)).toEqual(
      tasks.training.flatMap((task) => Array.from(task.targets)),
    );
    expect(joint.evaluation).toEqual(tasks.evaluation);
  });

  it('refuses what the set cannot give', () => {
    expect(() => createStream({ ...split, tasks: 6 })).toThrow(StreamError);
    expect(() => createStream({ ...split, tasks: 6 })).toThrow('need 12 classes; the set has 10');
    expect(() => createStream({ ...split, classesPerTask: 0 })).toThrow('classes per task');
    expect(() => createStream({ ...split, tasks: 1.5 })).toThrow('tasks');
    expect(() => createStream({ ...split, imagesPerClass: 0 })).toThrow('images of class 0');
  });
});

describe('an epoch', () => {
  const options = { batch: 32, dropLast: false };

  it('visits every image once, and keeps the ragged last batch', () => {
    const order = epochOrder(1, 2, 3, 100);
    const cut = [...batches(order, options)];
    expect(cut.map((batch) => batch.length)).toEqual([32, 32, 32, 4]);
    expect(ascending(cut.flatMap((batch) => Array.from(batch)))).toEqual(
      Array.from({ length: 100 }, (_, i) => i),
    );
    expect(stepsPerEpoch(100, options)).toBe(4);
  });

  it('leaves it out where told to', () => {
    const dropping = { ...options, dropLast: true };
    const cut = [...batches(epochOrder(1, 2, 3, 100), dropping)];
    expect(cut.map((batch) => batch.length)).toEqual([32, 32, 32]);
    expect(stepsPerEpoch(100, dropping)).toBe(3);
    expect(stepsPerEpoch(96, dropping)).toBe(stepsPerEpoch(96, options));
    expect(() => stepsPerEpoch(31, dropping)).toThrow(StreamError);
  });

  it('can be entered at any step', () => {
    const whole = [...batches(epochOrder(9, 0, 4, 50), { batch: 8, dropLast: false })];
    const rest = [...batches(epochOrder(9, 0, 4, 50), { batch: 8, dropLast: false }, 5)];
    expect(rest).toEqual(whole.slice(5));
  });

  it('has an order of its own for every seed, task and epoch', () => {
    const orders = [];
    for (const seed of [0, 1]) {
      for (let task = 0; task < 5; task++) {
        for (let epoch = 0; epoch < 20; epoch++) {
          orders.push(epochOrder(seed, task, epoch, 30).join());
        }
      }
    }
    expect(new Set(orders).size).toBe(200);
  });

  it('puts an image at every place equally often', () => {
    const [images, epochs] = [10, 5000];
    const places = new Array<number>(images).fill(0);
    for (let epoch = 0; epoch < epochs; epoch++) {
      const place = epochOrder(11, 1, epoch, images).indexOf(0);
      places[place] = places[place]! + 1;
    }
    const sigma = Math.sqrt(epochs * 0.1 * 0.9);
    for (const count of places) expect(Math.abs(count - epochs / images)).toBeLessThan(4.5 * sigma);
  });
});

describe('a stream with a task of added classes', () => {
  it('learns them last, with outputs right behind those of the tasks', () => {
    const stream = createStream({ ...split, tasks: 2, addedClasses: 3 });
    expect(stream.outputs).toBe(13);
    expect(stream.training.map(({ labels }) => labels)).toEqual([
      [0, 1],
      [2, 3],
      [10, 11, 12],
    ]);
    expect(stream.training.map(({ firstOutput }) => firstOutput)).toEqual([0, 2, 4]);
    expect([...stream.training[2]!.targets]).toEqual([4, 4, 4, 5, 5, 5, 6, 6, 6]);
    // What the stream leaves out has the outputs that are left.
    expect(stream.classOrder).toEqual([0, 1, 2, 3, 10, 11, 12, 4, 5, 6, 7, 8, 9]);
    expect(stream.classOrder.map((label) => stream.outputOf[label])).toEqual(
      Array.from({ length: 13 }, (_, head) => head),
    );
  });

  it('is refused where all tasks have the same classes', () => {
    expect(() => createStream({ ...split, stream: 'rotated', addedClasses: 1 })).toThrow(
      StreamError,
    );
  });
});
