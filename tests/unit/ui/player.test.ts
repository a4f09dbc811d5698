/** Following a run, staying at a moment, and playing from there, with frames that are called by hand. */
import type { ReactiveController } from 'lit';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Player } from '../../../src/ui/app/player.ts';

let frames: FrameRequestCallback[] = [];
let now = 0;

function frame(ms: number): void {
  now += ms;
  const due = frames;
  frames = [];
  for (const callback of due) callback(now);
}

function player(): Player {
  return new Player({
    addController: (_: ReactiveController) => undefined,
    removeController: () => undefined,
    requestUpdate: () => undefined,
    updateComplete: Promise.resolve(true),
  });
}

beforeEach(() => {
  frames = [];
  now = 0;
  vi.stubGlobal('requestAnimationFrame', (callback: FrameRequestCallback) => frames.push(callback));
  vi.spyOn(performance, 'now').mockImplementation(() => now);
});

afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

describe('Player', () => {
  it('follows the run until somebody moves it', () => {
    const film = player();
    film.reach(10);
    expect([film.at, film.following]).toEqual([10, true]);
    film.seek(4);
    film.reach(20);
    expect([film.at, film.following]).toEqual([4, false]);
    film.follow();
    expect([film.at, film.following]).toEqual([20, true]);
  });

  it('follows again when it is moved to the end or beyond', () => {
    const film = player();
    film.reach(10);
    film.seek(3);
    film.seek(10);
    expect(film.following).toBe(true);
    film.seek(-5);
    expect(film.at).toBe(0);
  });

  it('plays a whole run in twenty seconds, and follows at its end', () => {
    const film = player();
    film.reach(100);
    film.play();
    expect([film.at, film.playing]).toEqual([0, true]);
    frame(5000);
    expect(film.at).toBe(25);
    film.pause();
    frame(5000);
    expect(film.at).toBe(25);
    film.play();
    frame(5000);
    expect(film.at).toBe(50);
    frame(11000);
    expect([film.at, film.following, film.playing]).toEqual([100, true, false]);
    expect(frames).toHaveLength(0);
  });

  it('has nothing to play before the first step', () => {
    const film = player();
    film.play();
    expect(film.playing).toBe(false);
  });
});
