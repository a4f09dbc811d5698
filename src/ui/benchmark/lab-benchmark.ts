/**
 * The device page: what block-sparsity is worth on the visitor's own device. One button times a layer by block size
 * and sparsity, and whole training steps dense and sparse; charts grow as results come, and what is left can be
 * copied, kept and shown to somebody.
 */
import { css, html, LitElement, nothing } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import type { DeviceCommand, DeviceEvent, DeviceReport } from '../../bench/device/protocol.ts';
import { download } from '../parts/download.ts';
import { sharedStyles } from '../style/shared-styles.ts';
import { deviceLine, verdict } from './sweep-words.ts';
import { stepTable } from './step-table.ts';
import { drawPicture, pictureFile } from './share-picture.ts';
import { CHART, sweepChart } from './sweep-chart.ts';

@customElement('lab-benchmark')
export class LabBenchmark extends LitElement {
  static override styles = [
    sharedStyles,
    css`
      :host {
        display: grid;
        gap: var(--space-6);
        max-width: 62rem;
      }

      .lead {
        max-width: 44rem;
      }

      .buttons {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: var(--space-2);
      }

      progress {
        width: 100%;
        accent-color: var(--accent);
      }

      .charts {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: var(--space-8) var(--space-12);
      }

      @media (min-width: 60rem) {
        .charts {
          grid-template-columns: repeat(2, minmax(0, 1fr));
        }
      }

      figure {
        margin: 0;
      }

      figcaption {
        margin-bottom: var(--space-3);
      }

      h3 {
        margin: 0;
        font: 400 var(--text-lead) / 1.3 var(--font-display);
      }

      svg {
        display: block;
        width: 100%;
        height: auto;
      }

      text {
        fill: var(--ink-soft);
        font-size: 0.75rem;
        font-variant-numeric: tabular-nums;
      }

      .name {
        font-weight: 600;
      }

      .grid {
        stroke: var(--rule);
      }

      .base {
        stroke: var(--rule-strong);
      }

      .ideal {
        fill: none;
        stroke: var(--ink-faint);
        stroke-dasharray: 3 4;
      }

      .series {
        fill: none;
        stroke-width: 2;
      }

      path.s1 {
        stroke: var(--task-1);
      }
      circle.s1,
      text.s1 {
        fill: var(--task-1);
      }
      path.s2 {
        stroke: var(--task-2);
        stroke-dasharray: 8 3;
      }
      circle.s2,
      text.s2 {
        fill: var(--task-2);
      }
      path.s3 {
        stroke: var(--task-3);
      }
      circle.s3,
      text.s3 {
        fill: var(--task-3);
      }
      path.s4 {
        stroke: var(--task-4);
        stroke-dasharray: 2 3;
      }
      circle.s4,
      text.s4 {
        fill: var(--task-4);
      }

      text.name {
        fill: var(--ink);
      }

      table {
        width: 100%;
        border-collapse: collapse;
      }

      th,
      td {
        padding: var(--space-2) var(--space-2) var(--space-2) 0;
        border-top: 1px solid var(--rule);
        font-weight: 400;
        text-align: start;
      }

      thead th {
        border: 0;
        color: var(--ink-soft);
        font-size: var(--text-small);
      }

      td.bar {
        width: 50%;
      }

      .fill {
        display: block;
        width: var(--share);
        min-width: 2px;
        height: 1rem;
        border-radius: 2px;
        background: var(--accent);
      }

      .dense .fill {
        background: var(--rule-strong);
      }

      canvas {
        display: block;
        width: min(100%, 37.5rem);
        border: 1px solid var(--rule);
      }
    `,
  ];

  @state() private report: DeviceReport | null = null;
  @state() private whole = false;
  @state() private doing: Extract<DeviceEvent, { type: 'doing' }> | null = null;
  @state() private problem = '';
  @state() private said = '';
  private worker: Worker | null = null;

  override disconnectedCallback(): void {
    this.end();
    super.disconnectedCallback();
  }

  private end(): void {
    this.worker?.terminate();
    this.worker = null;
    this.doing = null;
  }

  private measure(): void {
    this.end();
    this.report = null;
    this.whole = false;
    this.problem = this.said = '';
    this.doing = { type: 'doing', what: 'the device', share: 0 };
    // The build finds a worker by this very expression.
    this.worker = new Worker(new URL('../../bench/device/worker.ts', import.meta.url), {
      type: 'module',
    });
    this.worker.addEventListener('message', ({ data }: MessageEvent<DeviceEvent>) => {
      this.receive(data);
    });
    this.worker.addEventListener('error', (error) => {
      error.preventDefault();
      this.problem = 'The benchmark could not be loaded, or stopped on its own.';
      this.end();
    });
    this.worker.postMessage({ type: 'run' } satisfies DeviceCommand);
  }

  private receive(event: DeviceEvent): void {
    if (event.type === 'doing') {
      this.doing = event;
    } else if (event.type === 'report') {
      this.report = event.report;
      this.whole = event.whole;
      if (event.whole) this.end();
    } else {
      if (event.type === 'failure') this.problem = event.message;
      this.end();
    }
  }

  private async copy(): Promise<void> {
    try {
      await navigator.clipboard.writeText(JSON.stringify(this.report, null, 2));
      this.said = 'Copied.';
    } catch {
      this.said = 'The browser did not allow copying.';
    }
  }

  private async share(): Promise<void> {
    const canvas = this.renderRoot.querySelector('canvas')!;
    const file = await pictureFile(canvas).catch(() => null);
    if (!file) {
      this.said = 'The browser could not make the picture.';
      return;
    }
    if ('canShare' in navigator && navigator.canShare({ files: [file] })) {
      await navigator.share({ files: [file], title: 'Palimpsest' }).catch(() => undefined);
      return;
    }
    download(file.name, file);
  }

  protected override updated(): void {
    const canvas = this.renderRoot.querySelector('canvas');
    if (canvas && this.report) drawPicture(canvas, this.report, getComputedStyle(this));
  }

  private renderReport(report: DeviceReport): unknown {
    return html`
      <p>${deviceLine(report)}</p>
      <p class="lead"><strong>${verdict(report)}</strong></p>
      <div class="charts">
        <figure>
          <figcaption>
            <h3>One layer, by block size</h3>
            <p class="small soft">
              ${report.layer}: forward and both backward passes against our best dense kernel
              (${report.denseLayerMs.toFixed(1)} ms).
            </p>
          </figcaption>
          <svg
            viewBox="0 0 ${CHART.width} ${CHART.height}"
            role="img"
            aria-label="Speed-up of one layer by sparsity and block size; the table below has the numbers"
          >
            ${sweepChart(report.kernels)}
          </svg>
          <details>
            <summary>The numbers</summary>
            <table>
              <thead>
                <tr>
                  <th scope="col">Block</th>
                  <th scope="col">Density</th>
                  <th scope="col">Time</th>
                  <th scope="col">Faster</th>
                </tr>
              </thead>
              <tbody>
                ${report.kernels.map(
                  ({ block, density, ms, speedUp }) =>
                    html`<tr>
                      <th scope="row">${block}</th>
                      <td>${density.toFixed(2)}</td>
                      <td>${ms.toFixed(2)} ms</td>
                      <td>${speedUp.toFixed(2)}×</td>
                    </tr>`,
                )}
              </tbody>
            </table>
          </details>
        </figure>
        ${report.steps.length === 0 ? nothing : stepTable(report)}
      </div>
      ${
        this.whole
          ? html`<h3>To pass on</h3>
              <canvas role="img" aria-label=${`${deviceLine(report)}. ${verdict(report)}`}></canvas>
              <div class="buttons">
                <button type="button" class="primary" @click=${this.share}>
                  Share the picture
                </button>
                <button type="button" @click=${this.copy}>Copy the numbers as JSON</button>
                <span class="small soft" role="status">${this.said}</span>
              </div>`
          : nothing
      }
    `;
  }

  override render(): unknown {
    const { doing, report } = this;
    // One button starts and stops, so that the keyboard's focus stays where it is.
    return html`
      <h2>What sparsity is worth on this device</h2>
      <p class="lead soft">
        A network with nine of ten weights gone has a tenth of the work to do. How much of that
        becomes time depends on the device and on the size of the blocks that come and go together.
        This takes about a minute; nothing leaves the device.
      </p>
      <div class="buttons">
        <button
          type="button"
          class=${doing ? '' : 'primary'}
          @click=${(): void => {
            if (doing) this.end();
            else this.measure();
          }}
        >
          ${doing ? 'Stop' : report ? 'Measure again' : 'Measure this device'}
        </button>
        <span role="status" class="soft">${doing ? `Timing ${doing.what}` : ''}</span>
      </div>
      ${
        doing
          ? html`<progress max="1" value=${doing.share} aria-label="Measurements done"></progress>`
          : nothing
      }
      ${this.problem === '' ? nothing : html`<p class="error" role="alert">${this.problem}</p>`}
      ${report && report.kernels.length > 0 ? this.renderReport(report) : nothing}
    `;
  }
}
