/**
 * A training worker seen from the page: commands in, messages out. A worker that dies (a script that
 * does not load, an uncaught error) becomes an ordinary `failure` event, so callers have one path.
 */
import type { Command, Message } from '../../lab/protocol.ts';

export class RunClient {
  private readonly worker: Worker;

  constructor(onMessage: (message: Message) => void) {
    this.worker = new Worker(new URL('../../lab/engine/worker.ts', import.meta.url), {
      type: 'module',
    });
    this.worker.addEventListener('message', ({ data }: MessageEvent<Message>) => {
      onMessage(data);
    });
    this.worker.addEventListener('error', (error) => {
      error.preventDefault();
      const message =
        error.message === ''
          ? 'The training worker could not be loaded.'
          : `The training worker stopped: ${error.message}.`;
      const event = { type: 'failure', failure: { kind: 'internal', message } } as const;
      // Whatever it was doing, this worker does nothing more: that concerns every run.
      onMessage({ run: null, event });
    });
  }

  send(command: Command): void {
    this.worker.postMessage(command);
  }

  /** Ends the worker at once; nothing more is reported. */
  close(): void {
    this.worker.terminate();
  }
}
