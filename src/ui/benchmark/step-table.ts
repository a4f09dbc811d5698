/** The table of whole training steps: how long each sparsity takes, as bars of its share of the dense step’s time. */
import { html } from 'lit';
import type { DeviceReport } from '../../bench/device/protocol.ts';
import { customProperty } from '../style/custom-property.ts';
import { stepSpeedUp } from './sweep-words.ts';

export function stepTable({ steps, network, stepBlock }: DeviceReport): unknown {
  const rows = [
    { label: 'dense', ms: steps[0]?.denseMs ?? NaN, times: 1 },
    ...steps.map((step) => ({
      label: `${Math.round(100 * step.sparsity)} %`,
      ms: step.ms,
      times: stepSpeedUp(step),
    })),
  ];
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
        ${rows.map(
          ({ label, ms, times }, i) =>
            html`<tr class=${i === 0 ? 'dense' : ''}>
              <th scope="row">${label}</th>
              <td>${ms.toFixed(ms < 10 ? 1 : 0)} ms</td>
              <td>${i === 0 ? '' : `${times.toFixed(1)}×`}</td>
              <td class="bar">
                <span
                  class="fill"
                  ${customProperty('--share', `${(100 / Math.max(times, 1)).toFixed(1)}%`)}
                ></span>
              </td>
            </tr>`,
        )}
      </tbody>
    </table>
  </figure>`;
}
