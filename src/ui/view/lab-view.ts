/**
 * What every view of a run is: a picture of a recording at one moment. The recording grows in place, so `version`
 * tells that there is more; drawing keeps to the screen's pace, whatever that of the events.
 */
import { LitElement } from 'lit';
import { property } from 'lit/decorators.js';
import type { Recording } from '../../lab/recording/recording.ts';

export abstract class LabView extends LitElement {
  /** Null before the first run. */
  @property({ attribute: false }) recording: Recording | null = null;
  /** The moment that is shown: steps that are done. */
  @property({ type: Number }) at = 0;
  /** Changes when the recording has grown. */
  @property({ type: Number }) version = 0;

  protected override async scheduleUpdate(): Promise<void> {
    await new Promise((next) => requestAnimationFrame(next));
    await super.scheduleUpdate();
  }
}
