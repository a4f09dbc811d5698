/** What a finished run leaves: its cost in a few numbers, and the JSON report to keep or to pass on. */
import { css, html, LitElement, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { Report } from '../../lab/report/report.ts';
import {
  formatBytes,
  formatCompact,
  formatCount,
  formatDuration,
  formatPercent,
} from '../style/format.ts';
import { sharedStyles } from '../style/shared-styles.ts';
import { download } from '../parts/download.ts';

/** "palimpsest-cifar10-er-seed0.json". */
export function reportFileName(report: Report): string {
  const { data, strategy, seed } = report.config;
  return `palimpsest-${data}-${strategy}-seed${String(seed)}.json`;
}

@customElement('lab-report')
export class LabReport extends LitElement {
  static override styles = [
    sharedStyles,
    css`
      dl {
        display: grid;
        grid-template-columns: repeat(auto-fill, minmax(9.5rem, 1fr));
        gap: var(--space-4);
        margin: var(--space-4) 0;
      }

      dt {
        color: var(--ink-soft);
        font-size: var(--text-small);
      }

      dd {
        margin: 0;
      }

      .buttons {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: var(--space-2);
      }
    `,
  ];

  @property({ attribute: false }) report: Report | null = null;
  @state() private said = '';

  override willUpdate(changed: Map<PropertyKey, unknown>): void {
    if (changed.has('report')) this.said = '';
  }

  private json(): string {
    return JSON.stringify(this.report, null, 2);
  }

  private download(report: Report): void {
    download(reportFileName(report), new Blob([this.json()], { type: 'application/json' }));
    this.said = '';
  }

  private async copy(): Promise<void> {
    try {
      await navigator.clipboard.writeText(this.json());
      this.said = 'Copied.';
    } catch {
      this.said = 'The browser did not allow copying; download the report instead.';
    }
  }

  override render(): unknown {
    const { report } = this;
    if (report === null) return nothing;
    const { classIncremental, taskIncremental, timing, model } = report;
    const facts: readonly (readonly [string, string])[] = [
      ['Class-incremental accuracy', formatPercent(classIncremental.metrics.finalAccuracy)],
      ['Task-incremental accuracy', formatPercent(taskIncremental.metrics.finalAccuracy)],
      ['Steps', formatCount(report.steps)],
      ['Time', formatDuration(timing.totalSeconds)],
      ['A step', `${formatCount(timing.millisecondsPerStep)} ms`],
      ['Parameters', formatCompact(model.parameters)],
      ['MACs a step', formatCompact(model.macsPerStep)],
      ['GPU memory at most', formatBytes(report.peakGpuBytes)],
    ];
    return html`
      <h2>Report</h2>
      <dl>
        ${facts.map(
          ([name, value]) =>
            html`<div>
              <dt>${name}</dt>
              <dd>${value}</dd>
            </div>`,
        )}
      </dl>
      <div class="buttons">
        <button
          type="button"
          @click=${(): void => {
            this.download(report);
          }}
        >
          Download JSON
        </button>
        <button type="button" @click=${this.copy}>Copy JSON</button>
        <span class="small soft" role="status">${this.said}</span>
      </div>
    `;
  }
}
