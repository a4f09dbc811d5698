/** Ours against dense: a name and two bars on one scale, solid for what runs here, hatched for the dense network. */
import { css, html, nothing } from 'lit';
import { customProperty } from '../../style/custom-property.ts';
import { lessThanDense } from './ledger-sentences.ts';

export interface Comparison {
  readonly title: string;
  readonly about?: string;
  readonly ours: number;
  readonly dense: number;
}

/** Rows on the scale of the longest bar. `write` puts a number into words. */
export function twoBars(
  rows: readonly Comparison[],
  write: (value: number) => string,
  name = 'this run',
): unknown {
  const most = Math.max(...rows.flatMap(({ ours, dense }) => [ours, dense]), Number.MIN_VALUE);
  const bar = (kind: 'ours' | 'dense', title: string, value: number): unknown =>
    html`<div class="line">
      <span class="who">${title}</span>
      <span
        class="bar ${kind}"
        ${customProperty('--share', `${((100 * value) / most).toFixed(2)}%`)}
      ></span>
      <span class="value">${write(value)}</span>
    </div>`;
  return html`<ul class="pairs">
    ${rows.map(
      ({ title, about, ours, dense }) =>
        html`<li>
          <div class="title">
            <span
              ><b>${title}</b>
              ${about === undefined ? nothing : html`<span class="soft">${about}</span>`}</span
            >
            <span>${lessThanDense({ ours, dense })}</span>
          </div>
          ${bar('ours', name, ours)} ${bar('dense', 'dense', dense)}
        </li>`,
    )}
  </ul>`;
}

export const twoBarsStyles = css`
  .pairs {
    display: grid;
    gap: var(--space-3);
    margin: var(--space-2) 0 0;
    padding: 0;
    list-style: none;
    font-size: var(--text-small);
    line-height: 1.35;
  }

  .title {
    display: flex;
    justify-content: space-between;
    gap: var(--space-4);
  }

  .title > :last-child {
    white-space: nowrap;
  }

  b {
    font-weight: 600;
  }

  .line {
    display: grid;
    grid-template-columns: 3.5rem 1fr 6.25rem;
    align-items: center;
    gap: var(--space-2);
  }

  .who {
    color: var(--ink-soft);
  }

  .value {
    text-align: end;
  }

  .bar {
    position: relative;
    height: 0.625rem;
    border-radius: 2px;
  }

  .bar::before {
    content: '';
    position: absolute;
    inset: 0 auto 0 0;
    width: max(var(--share), 2px);
    border-radius: inherit;
    background: var(--accent);
  }

  .bar.dense::before {
    border: 1px solid var(--rule-strong);
    background: repeating-linear-gradient(135deg, var(--rule-strong) 0 1px, transparent 1px 5px);
  }

  @media (forced-colors: active) {
    .bar::before {
      forced-color-adjust: none;
    }
  }
`;
