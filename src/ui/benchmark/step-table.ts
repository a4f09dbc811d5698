/** The table of whole training steps: how long each sparsity takes, as bars of its share of the dense step’s time. */
import { html } from 'lit';
import type { DeviceReport } from '../../bench/device/protocol.ts';
import { customProperty } from '../style/custom-property.ts';
import { stepSpeedUp } from './sweep-words.ts';

export function stepTable({ steps, network, stepBlock }: DeviceReport): unknown {
  return html`<figure>
    <figcaption>
      <h3>A whole training step</h3>
      <p class="small soft">
        ${network}, with replay, in ${stepBlock} blocks. Each sparse step is timed in turns with the
        dense one; bars show the share of its time.
      </p>
    </figcaption>
    <table>
      <thead>
        <tr>
          <th scope="col">Sparsity</th>
          <th scope="col">Step</th>
          <th scope="col">Faster</th>
          <th scope="col"><span class="visually-hidden">Share of the dense time</span></th>
        </tr>
      </thead>
      <tbody>
        <tr class="dense">
          <th scope="row">dense</th>
          <td>${milliseconds(steps[0]?.denseMs ?? NaN)}</td>
          <td></td>
          <td class="bar">${bar(1)}</td>
        </tr>
        ${steps.map(
          (step) =>
            html`<tr>
              <th scope="row">${Math.round(100 * step.sparsity)} %</th>
              <td>${milliseconds(step.ms)}</td>
              <td>${stepSpeedUp(step).toFixed(1)}×</td>
              <td class="bar">${bar(stepSpeedUp(step))}</td>
            </tr>`,
        )}
      </tbody>
    </table>
  </figure>`;
}

const milliseconds = (ms: number): string => `${ms.toFixed(ms < 10 ? 1 : 0)} ms`;

/** The share of the dense time that is left after a gain of `times`. */
function bar(times: number): unknown {
  const share = `${(100 / Math.max(times, 1)).toFixed(1)}%`;
  return html`<span class="fill" ${customProperty('--share', share)}></span>`;
}
