/** The mask wall's colours as a canvas needs them, read from the tokens that hold for an element. */

export type Rgb = readonly [red: number, green: number, blue: number];

export interface Palette {
  /** Tells one palette from another. */
  readonly key: string;
  readonly tasks: readonly Rgb[];
  /** The trace that a dropped unit leaves, by the task of its birth. */
  readonly traces: readonly Rgb[];
  /** The pale form of a task's ink, where another task is picked out. */
  readonly veiled: Rgb;
  readonly dead: Rgb;
  readonly grow: Rgb;
  readonly drop: Rgb;
  readonly gradient: Rgb;
  readonly ink: Rgb;
  readonly paper: Rgb;
}

/** Inks before they repeat. */
export const TASK_INKS = 10;
const TRACE = 0.24;
const VEIL = 0.22;

export function readPalette(element: Element, known: Palette | null): Palette {
  const style = getComputedStyle(element);
  const token = (name: string): string => style.getPropertyValue(`--${name}`).trim();
  const key = `${token('paper')} ${token('ink')} ${token('task-1')}`;
  if (known?.key === key) return known;
  const paper = rgb(token('sheet'));
  const ink = rgb(token('ink'));
  const dead = rgb(token('dead'));
  const tasks = Array.from({ length: TASK_INKS }, (_, i) => rgb(token(`task-${i + 1}`)));
  return {
    key,
    tasks,
    traces: tasks.map((task) => mix(dead, task, TRACE)),
    veiled: mix(dead, ink, VEIL),
    dead,
    grow: rgb(token('grow')),
    drop: rgb(token('drop')),
    gradient: rgb(token('gradient')),
    ink,
    paper,
  };
}

export function mix(from: Rgb, to: Rgb, share: number): Rgb {
  return [
    from[0] + share * (to[0] - from[0]),
    from[1] + share * (to[1] - from[1]),
    from[2] + share * (to[2] - from[2]),
  ];
}

export function cssColour([red, green, blue]: Rgb, alpha = 1): string {
  return `rgb(${Math.round(red)} ${Math.round(green)} ${Math.round(blue)} / ${alpha})`;
}

/** `#rrggbb`, as all tokens are written; grey where there is no such token. */
function rgb(hex: string): Rgb {
  const value = /^#[0-9a-f]{6}$/i.test(hex) ? parseInt(hex.slice(1), 16) : 0x808080;
  return [value >> 16, (value >> 8) & 0xff, value & 0xff];
}
