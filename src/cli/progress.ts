/**
 * Progress on stderr: one line that rewrites itself on a terminal, a line now and then elsewhere, so that
 * stdout holds nothing but the result.
 */
import type { AdapterSummary, Event } from '../lab/protocol.ts';

/** Between two lines where there is no terminal, in milliseconds. */
const LINE_EVERY_MS = 10_000;
const BAR_WIDTH = 24;

export interface ProgressStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

export class Progress {
  readonly #stream: ProgressStream;
  readonly #now: () => number;
  #lastLine = -Infinity;
  #open = false;
  #loss = '';

  constructor(stream: ProgressStream, now: () => number = () => performance.now()) {
    this.#stream = stream;
    this.#now = now;
  }

  /** Shows what an event tells. */
  take(event: Event): void {
    switch (event.type) {
      case 'adapter':
        this.#say(`adapter: ${adapterName(event.adapter)}`);
        break;
      case 'notice':
        this.#say(event.message);
        break;
      case 'plan':
        this.#say(
          `${event.tasks.length} tasks, ${event.steps} steps, ${event.parameters} parameters, ` +
            `${(event.macsPerStep / 1e6).toFixed(0)} MMAC a step`,
        );
        break;
      case 'preparing':
        this.#transient(
          `preparing ${event.what}${event.of > 0 ? ` ${event.done}/${event.of}` : ''}`,
        );
        break;
      case 'loss':
        this.#loss = event.loss.at(-1)?.toFixed(3) ?? this.#loss;
        break;
      case 'progress': {
        const share = event.step / event.steps;
        const filled = Math.round(share * BAR_WIDTH);
        const bar = '█'.repeat(filled) + '░'.repeat(BAR_WIDTH - filled);
        const line =
          `${event.step}/${event.steps}  task ${event.task + 1} epoch ${event.epoch + 1}  ` +
          `loss ${this.#loss || '–'}  ${event.imagesPerSecond.toFixed(0)} images/s  ` +
          `${duration(event.etaSeconds)} left`;
        this.#transient(this.#stream.isTTY === true ? `${bar} ${line}` : line);
        break;
      }
      case 'accuracy':
        if (event.after >= 0) {
          const mean = percent(average(event.classIncremental));
          this.#say(`after task ${event.after + 1}: accuracy over all tasks ${mean}`);
        }
        break;
      default:
        // The states follow from the other events; the caller prints the rest.
        break;
    }
  }

  /** Ends an open line. */
  end(): void {
    if (this.#open) this.#stream.write('\n');
    this.#open = false;
  }

  #say(line: string): void {
    if (this.#open) this.#stream.write('\r\x1b[2K');
    this.#open = false;
    this.#stream.write(`${line}\n`);
  }

  #transient(line: string): void {
    if (this.#stream.isTTY === true) {
      this.#stream.write(`\r\x1b[2K${line.slice(0, (this.#stream.columns ?? 80) - 1)}`);
      this.#open = true;
      return;
    }
    const now = this.#now();
    if (now - this.#lastLine < LINE_EVERY_MS) return;
    this.#lastLine = now;
    this.#stream.write(`${line}\n`);
  }
}

/** What an adapter calls itself; browsers keep the description to themselves. */
export const adapterName = ({ description, vendor, architecture }: AdapterSummary): string =>
  description || `${vendor} ${architecture}`.trim() || 'unnamed';

const average = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

export const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

/** 75 → "1:15", 3700 → "1:01:40". */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const pad = (n: number) => String(n).padStart(2, '0');
  const minutes = Math.floor(whole / 60) % 60;
  const hours = Math.floor(whole / 3600);
  return hours > 0
    ? `${hours}:${pad(minutes)}:${pad(whole % 60)}`
    : `${minutes}:${pad(whole % 60)}`;
}
