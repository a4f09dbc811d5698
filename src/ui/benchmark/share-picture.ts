/** The device benchmark's results as one picture to pass on, drawn with the page's own colours and letters. */
import type { DeviceReport } from '../../bench/device/protocol.ts';
import { deviceLine, stepSpeedUp, verdict } from './sweep-words.ts';

export const PICTURE = { width: 1200, height: 630 } as const;
const EDGE = 72;
const BAR = { top: 330, height: 34, gap: 14, left: 330, right: 1040 };

/** Draws the results on `canvas`, which is made to fit; colours and fonts are those of `styles`. */
export function drawPicture(
  canvas: HTMLCanvasElement,
  report: DeviceReport,
  styles: CSSStyleDeclaration,
): void {
  const colour = (name: string): string => styles.getPropertyValue(name).trim();
  canvas.width = PICTURE.width;
  canvas.height = PICTURE.height;
  const context = canvas.getContext('2d')!;
  const text = (words: string, x: number, y: number, font: string, fill: string): void => {
    context.font = font;
    context.fillStyle = colour(fill);
    context.fillText(words, x, y);
  };
  const display = colour('--font-display');
  const plain = colour('--font-text');
  context.fillStyle = colour('--paper');
  context.fillRect(0, 0, PICTURE.width, PICTURE.height);
  context.textBaseline = 'alphabetic';
  text('Palimpsest', EDGE, 120, `64px ${display}`, '--ink');
  text('sparse training in a browser tab', EDGE, 162, `26px ${plain}`, '--ink-soft');
  text(deviceLine(report), EDGE, 232, `24px ${plain}`, '--ink');
  let y = 276;
  for (const words of wrapped(context, verdict(report), `24px ${plain}`, BAR.right)) {
    text(words, EDGE, y, `24px ${plain}`, '--ink-soft');
    y += 32;
  }
  const rows = [
    { name: 'dense step', ms: report.steps[0]?.denseMs ?? NaN, times: 1 },
    ...report.steps.map((step) => ({
      name: `sparsity ${Math.round(100 * step.sparsity)} %`,
      ms: step.ms,
      times: stepSpeedUp(step),
    })),
  ];
  // By ratio within one run, not by time: the dense step is timed beside each of the others.
  rows.forEach(({ name, ms, times }, i) => {
    const top = BAR.top + 20 + i * (BAR.height + BAR.gap);
    text(name, EDGE, top + 25, `24px ${plain}`, '--ink');
    const length = (BAR.right - BAR.left) / times;
    context.fillStyle = colour(i === 0 ? '--rule-strong' : '--accent');
    context.fillRect(BAR.left, top, length, BAR.height);
    const words = i === 0 ? `${ms.toFixed(0)} ms` : `${times.toFixed(1)}×`;
    text(words, BAR.left + length + 14, top + 25, `24px ${plain}`, '--ink');
  });
}

function wrapped(
  context: CanvasRenderingContext2D,
  words: string,
  font: string,
  width: number,
): string[] {
  context.font = font;
  const lines: string[] = [];
  for (const word of words.split(' ')) {
    const longer = `${lines.at(-1) ?? ''} ${word}`.trim();
    if (lines.length > 0 && context.measureText(longer).width <= width)
      lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}

export function pictureFile(canvas: HTMLCanvasElement): Promise<File> {
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => {
      if (blob) resolve(new File([blob], 'palimpsest-device.png', { type: 'image/png' }));
      else reject(new Error('The picture could not be made.'));
    }, 'image/png');
  });
}
