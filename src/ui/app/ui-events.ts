/** What the parts of the page ask of `lab-app`: typed DOM events that bubble out of shadow roots. */
import type { ConfigKey } from '../../lab/config.ts';

export type LabCommand = 'run' | 'pause' | 'resume' | 'step' | 'stop';

export interface LabEvents {
  'lab-command': LabCommand;
  'lab-preset': string;
  /** A control's text as typed; `lab-app` reads and checks it. */
  'lab-field': { readonly key: ConfigKey; readonly text: string };
  /** Back to the preset's value. */
  'lab-reset': ConfigKey;
  'lab-archive': File | null;
  /** Starts with the kernels that are tuned so far. */
  'lab-skip-tuning': null;
}

declare global {
  interface HTMLElementEventMap {
    'lab-command': CustomEvent<LabEvents['lab-command']>;
    'lab-preset': CustomEvent<LabEvents['lab-preset']>;
    'lab-field': CustomEvent<LabEvents['lab-field']>;
    'lab-reset': CustomEvent<LabEvents['lab-reset']>;
    'lab-archive': CustomEvent<LabEvents['lab-archive']>;
    'lab-skip-tuning': CustomEvent<LabEvents['lab-skip-tuning']>;
  }
}

export function emit<T extends keyof LabEvents>(
  from: Element,
  type: T,
  detail: LabEvents[T],
): void {
  from.dispatchEvent(new CustomEvent(type, { detail, bubbles: true, composed: true }));
}
