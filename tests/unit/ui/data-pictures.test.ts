/** Pictures in groups, on sheets and as pixels, worked out by hand. */
import { expect, it } from 'vitest';
import { DEFAULTS } from '../../../src/lab/config/config.ts';
import { newRecording, type BufferContent } from '../../../src/lab/recording/recording.ts';
import {
  bufferByClass,
  bufferByTask,
  isWhole,
  picturesByHead,
  spread,
} from '../../../src/ui/views/data/picture-groups.ts';
import { moved, pictureAt, placeOf, sheetLayout } from '../../../src/ui/views/data/sheet-layout.ts';
import { toRgba } from '../../../src/ui/view/thumbnail-atlas.ts';

const recording = newRecording(DEFAULTS, null);
recording.plan = {
  tasks: [
    { name: 'Task 1', classes: ['cat', 'dog'], heads: [0, 1] },
    { name: 'Task 2', classes: ['car', 'ship'], heads: [2, 3] },
  ],
  taskEnds: [20, 40],
  steps: 40,
  parameters: 1,
  macsPerStep: 1,
};

const buffer: BufferContent = {
  at: 30,
  capacity: 10,
  tasks: Uint16Array.of(1, 0, 0, 1, 0),
  content: {
    images: Uint32Array.of(0, 1, 2, 3, 4),
    heads: Uint16Array.of(3, 0, 1, 3, 0),
    pixels: new Uint8Array(5 * 3072),
  },
};

it('groups by task, with shares, class after class', () => {
  expect(bufferByTask(buffer)).toEqual([
    { key: 'task 0', name: 'Task 1', task: 0, share: 0.6, pictures: [1, 4, 2] },
    { key: 'task 1', name: 'Task 2', task: 1, share: 0.4, pictures: [0, 3] },
  ]);
});

it('groups by class, which is of a task where no other has it', () => {
  expect(bufferByClass(recording, buffer)).toEqual([
    { key: 'class 0', name: 'cat', task: 0, share: 0.4, pictures: [1, 4] },
    { key: 'class 1', name: 'dog', task: 0, share: 0.2, pictures: [2] },
    { key: 'class 3', name: 'ship', task: 1, share: 0.4, pictures: [0, 3] },
  ]);
  const shared = {
    ...buffer,
    content: { ...buffer.content, heads: Uint16Array.of(0, 0, 0, 0, 0) },
  };
  expect(bufferByClass(recording, shared)).toMatchObject([{ name: 'cat', task: null, share: 1 }]);
  expect([...picturesByHead(buffer.content).keys()]).toEqual([0, 1, 3]);
});

it('knows a sample of the slots from all of them', () => {
  expect(isWhole(buffer)).toBe(true);
  const content = { ...buffer.content, images: Uint32Array.of(0, 2, 4, 6, 8) };
  expect(isWhole({ ...buffer, content })).toBe(false);
});

it('spreads what is shown, and gives the same list for the same pictures', () => {
  const list = [0, 1, 2, 3, 4, 5, 6, 7];
  expect(spread(list, 8)).toBe(list);
  expect(spread(list, 3)).toEqual([0, 2, 5]);
  expect(spread(list, 3)).toBe(spread(list, 3));
  expect(spread(list, 4)).toEqual([0, 2, 4, 6]);
});

it('lays as many columns as fit', () => {
  // Ten pictures of 30 with gaps of 2: three take 94 of 100 pixels, four would take 126.
  const layout = sheetLayout(10, 100, 30, 2);
  expect(layout).toMatchObject({ columns: 3, rows: 4, width: 94, height: 126 });
  expect(sheetLayout(2, 100, 30, 2)).toMatchObject({ columns: 2, rows: 1, width: 62, height: 30 });
  expect(sheetLayout(5, 10, 30, 2)).toMatchObject({ columns: 1, rows: 5 });
  expect(placeOf(layout, 4)).toEqual({ x: 32, y: 32 });
  expect(pictureAt(layout, 10, 33, 40)).toBe(4);
  expect(pictureAt(layout, 10, 5, 100)).toBe(9);
  expect(pictureAt(layout, 10, 40, 100)).toBeNull();
  expect(pictureAt(layout, 10, 97, 10)).toBeNull();
  expect(pictureAt(layout, 10, -1, 10)).toBeNull();
});

it('moves by keys within the sheet', () => {
  expect(moved(4, 10, 3, 'ArrowRight')).toBe(5);
  expect(moved(4, 10, 3, 'ArrowUp')).toBe(1);
  expect(moved(4, 10, 3, 'ArrowDown')).toBe(7);
  expect(moved(9, 10, 3, 'ArrowDown')).toBe(9);
  expect(moved(0, 10, 3, 'ArrowLeft')).toBe(0);
  expect(moved(4, 10, 3, 'Home')).toBe(0);
  expect(moved(4, 10, 3, 'End')).toBe(9);
  expect(moved(4, 10, 3, 'a')).toBeNull();
});

it('turns planes into pixels, pictures side by side', () => {
  const pixels = new Uint8Array(3 * 3072);
  // Second and third picture, row 1, column 2: pixel 34 of each plane.
  for (const [picture, red] of [
    [1, 200],
    [2, 210],
  ] as const) {
    pixels[picture * 3072 + 34] = red;
    pixels[picture * 3072 + 1024 + 34] = 100;
    pixels[picture * 3072 + 2048 + 34] = 50;
  }
  // Two columns, two rows: 64 × 64 pixels; the second begins at column 32, the third at row 32.
  const rgba = new Uint8ClampedArray(4 * 64 * 64);
  toRgba(pixels, 3, 2, rgba);
  const at = (row: number, column: number) => {
    const from = 4 * (64 * row + column);
    return [...rgba.subarray(from, from + 4)];
  };
  expect(at(1, 32 + 2)).toEqual([200, 100, 50, 255]);
  expect(at(32 + 1, 2)).toEqual([210, 100, 50, 255]);
  expect(at(0, 0)).toEqual([0, 0, 0, 255]);
  expect(at(40, 40)).toEqual([0, 0, 0, 0]);
});
