/** What the parts of the page ask of `lab-app`: typed DOM events that bubble out of shadow roots. */
import type { Config, ConfigKey } from '../../lab/config/config.ts';
import type { AddedClass } from '../../lab/protocol.ts';
import type { Recording } from '../../lab/recording/recording.ts';

export type LabCommand = 'run' | 'pause' | 'resume' | 'step' | 'finish-task' | 'stop' | 'reset';

export interface LabEvents {
  'lab-command': LabCommand;
  'lab-preset': string;
  /** A control's text as typed; `lab-app` reads and checks it. */
  'lab-field': { readonly key: ConfigKey; readonly text: string };
  /** Back to the preset's value. */
  'lab-reset': ConfigKey;
  'lab-archive': File | null;
  /** The visitor's own classes that can be trained on; they replace those of before. */
  'lab-added-classes': readonly AddedClass[];
  /** Starts with the kernels that are tuned so far. */
  'lab-skip-tuning': null;
  /** Shows the moment after so many steps; plays, holds, or comes back to the present. */
  'lab-moment': number | 'play' | 'pause' | 'follow';
  /** Asks what a config will take; answers carry the same id. */
  'lab-estimate': {
    readonly id: number;
    readonly config: Config;
    readonly gigaflops: number | null;
  };
  /** Times a step of this config and of its dense twin. */
  'lab-measure': null;
  /** Shows a recording as if it had just been run. */
  'lab-open-recording': Recording;
  /** Makes this the config that is about to run. */
  'lab-open-setup': { readonly preset: string | null; readonly config: Config };
  /** A run has come to its end, or was stopped with something to keep. */
  'lab-run-ended': Recording;
}

type LabEventMap = { [Type in keyof LabEvents]: CustomEvent<LabEvents[Type]> };

declare global {
  // eslint-disable-next-line @typescript-eslint/no-empty-object-type -- the way to add entries
  interface HTMLElementEventMap extends LabEventMap {}
}

export function emit<T extends keyof LabEvents>(
  from: Element,
  type: T,
  detail: LabEvents[T],
): void {
  from.dispatchEvent(new CustomEvent(type, { detail, bubbles: true, composed: true }));
}
