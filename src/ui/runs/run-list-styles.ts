/** How the list of runs looks, as a table and as cards. */
import { css } from 'lit';

export const runListStyles = css`
  .scroll {
    overflow-x: auto;
  }

  table {
    width: 100%;
    border-collapse: collapse;
    font-size: var(--text-small);
  }

  th,
  td {
    padding: var(--space-2) var(--space-2);
    border-top: 1px solid var(--rule);
    font-weight: 400;
    text-align: start;
    vertical-align: top;
  }

  thead th,
  thead td {
    border-top: 0;
    vertical-align: bottom;
  }

  tbody td.number,
  tbody td.when,
  tbody td.device {
    padding-top: calc(var(--space-2) + 0.25rem);
  }

  tbody th {
    min-width: 14rem;
    font-size: var(--text-body);
  }

  .mark {
    width: 2rem;
    padding-inline: 0;
  }

  .number {
    text-align: end;
    white-space: nowrap;
  }

  .when {
    min-width: 8rem;
  }

  .device {
    max-width: 11rem;
    overflow: hidden;
    color: var(--ink-soft);
    text-overflow: ellipsis;
    white-space: nowrap;
  }

  .chosen {
    background: var(--note-paper);
  }

  thead button {
    min-height: 2rem;
    padding: 0;
    border: 0;
    background: none;
    color: var(--ink-soft);
    text-align: inherit;
  }

  thead button:hover,
  [aria-sort$='ending'] button {
    color: var(--ink);
  }

  [aria-sort$='ending'] button {
    font-weight: 600;
  }

  .arrow {
    display: inline-block;
    width: 0.9em;
    text-align: end;
  }

  .choose {
    display: inline-flex;
    align-items: center;
    justify-content: center;
    width: 2rem;
    height: 1.75rem;
    cursor: pointer;
  }

  .choose input {
    width: 1.125rem;
    height: 1.125rem;
    margin: 0;
  }

  .pin {
    display: inline-flex;
    align-items: center;
    justify-content: center;
    width: 2rem;
    min-height: 1.75rem;
    padding: 0;
    border: 0;
    background: none;
    color: var(--ink-faint);
  }

  .pin path {
    fill: none;
    stroke: currentcolor;
    stroke-width: 1.2;
    stroke-linejoin: round;
  }

  .pin[aria-pressed='true'] {
    color: var(--accent);
  }

  .pin[aria-pressed='true'] path {
    fill: currentcolor;
  }

  .acts {
    display: flex;
    flex-wrap: wrap;
    gap: 0 var(--space-3);
  }

  .act {
    min-height: 1.75rem;
    padding: 0;
    border: 0;
    background: none;
    color: var(--accent);
    font-size: var(--text-small);
    font-weight: 400;
    text-decoration: underline;
    text-decoration-color: transparent;
    text-underline-offset: 0.2em;
  }

  .act:hover {
    text-decoration-color: currentcolor;
  }

  ul {
    display: grid;
    grid-template-columns: repeat(auto-fill, minmax(min(100%, 21rem), 1fr));
    gap: var(--space-3);
    margin: 0;
    padding: 0;
    list-style: none;
  }

  li {
    padding: var(--space-3) var(--space-4);
    border: 1px solid var(--rule);
    border-radius: var(--radius);
  }

  li.chosen {
    border-color: var(--accent);
  }

  .top {
    display: grid;
    grid-template-columns: auto minmax(0, 1fr) auto;
    align-items: center;
    gap: var(--space-1);
    margin-inline: calc(-1 * var(--space-2));
  }

  dl {
    display: grid;
    grid-template-columns: repeat(auto-fill, minmax(5.5rem, 1fr));
    gap: var(--space-2);
    margin: var(--space-3) 0 var(--space-2);
  }

  dt {
    color: var(--ink-soft);
    font-size: 0.75rem;
  }

  dd {
    margin: 0;
  }

  .sort {
    display: grid;
    grid-template-columns: auto minmax(0, 1fr) auto;
    align-items: center;
    gap: var(--space-2);
    margin-bottom: var(--space-3);
  }

  @media (pointer: coarse) {
    .choose,
    .pin {
      width: var(--target);
      height: var(--target);
      min-height: var(--target);
    }

    .mark {
      width: var(--target);
    }

    thead button,
    .act {
      min-width: var(--target);
      min-height: var(--target);
    }
  }
`;
