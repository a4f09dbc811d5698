/** The ledger's own numbers, digit for digit, for those who want to check or to copy them. */
import { css, html } from 'lit';
import type { LedgerEntry } from '../../../lab/recording/recording.ts';
import { formatCount } from '../../style/format.ts';
import { KINDS, memoryLines, sumBytes, WORK } from './ledger-words.ts';
import { FLOPS_PER_MAC } from './run-totals.ts';

export const exactTableStyles = css`
  .scroll {
    position: relative;
    overflow-x: auto;
  }

  table {
    width: 100%;
    margin-bottom: var(--space-4);
    border-collapse: collapse;
    font-size: 0.75rem;
    white-space: nowrap;
  }

  th,
  td {
    padding: var(--space-1) 0 var(--space-1) var(--space-4);
    border-top: 1px solid var(--rule);
    font-weight: 400;
    text-align: end;
  }

  thead th {
    border-top: 0;
    color: var(--ink-soft);
  }

  th:first-child {
    padding-left: 0;
    text-align: start;
  }

  caption {
    padding-block: var(--space-1);
    color: var(--ink-soft);
    text-align: start;
    white-space: normal;
  }

  tr.sum > * {
    border-top-color: var(--rule-strong);
    font-weight: 600;
  }
`;

export function exactTable({ step, bytes, at }: LedgerEntry): unknown {
  const lines = memoryLines(bytes);
  const flops = (macs: number): string => formatCount(FLOPS_PER_MAC * macs);
  const row = (title: string, line: (typeof step)['all'], sum = false): unknown =>
    html`<tr class=${sum ? 'sum' : ''}>
      <th scope="row">${title}</th>
      <td>${flops(line.macs)}</td>
      <td>${flops(line.denseMacs)}</td>
      <td>${flops(line.outsideMacs)}</td>
      <td>${formatCount(line.bytesRead)}</td>
      <td>${formatCount(line.bytesWritten)}</td>
      <td>${formatCount(line.dispatches)}</td>
    </tr>`;
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Exact numbers of a step">
    <table>
      <caption>
        One step, as of step ${formatCount(at)}. Outside: at the padding around an image, counted by
        convention, and skipped.
      </caption>
      <thead>
        <tr>
          <th scope="col">Work</th>
          <th scope="col">FLOPs</th>
          <th scope="col">dense</th>
          <th scope="col">outside</th>
          <th scope="col">bytes read</th>
          <th scope="col">written</th>
          <th scope="col">dispatches</th>
        </tr>
      </thead>
      <tbody>
        ${KINDS.map((kind) => row(WORK[kind].title, step.kinds[kind]))}
        ${row('All', step.all, true)}
        <tr>
          <th scope="row">As published</th>
          <td>${flops(step.published.macs)}</td>
          <td>${flops(step.published.denseMacs)}</td>
          <td colspan="4"></td>
        </tr>
      </tbody>
    </table>
    <table>
      <caption>
        Memory that the allocator has handed out
      </caption>
      <thead>
        <tr>
          <th scope="col">Kind</th>
          <th scope="col">bytes</th>
        </tr>
      </thead>
      <tbody>
        ${lines.map(
          ({ title, bytes: taken }) =>
            html`<tr>
              <th scope="row">${title}</th>
              <td>${formatCount(taken)}</td>
            </tr>`,
        )}
        <tr class="sum">
          <th scope="row">All</th>
          <td>${formatCount(sumBytes(lines))}</td>
        </tr>
      </tbody>
    </table>
  </div>`;
}
