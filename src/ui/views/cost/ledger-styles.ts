/** The ledger's page: figures above, parts in columns as wide as they need. */
import { css } from 'lit';

export const ledgerStyles = css`
  h3,
  h4 {
    margin: 0;
    font-weight: 600;
  }

  h3 {
    font-size: var(--text-body);
  }

  h4 {
    margin-top: var(--space-4);
    font-size: var(--text-small);
  }

  dl {
    display: grid;
    grid-template-columns: repeat(auto-fit, minmax(11rem, 1fr));
    gap: var(--space-3) var(--space-8);
    margin: 0;
  }

  dt {
    color: var(--ink-soft);
    font-size: var(--text-small);
  }

  dd {
    margin: 0;
    line-height: 1.3;
  }

  .figure {
    display: block;
    font-size: var(--text-figure);
    line-height: 1.25;
  }

  .parts {
    margin-top: var(--space-6);
    columns: 22rem;
    column-gap: var(--space-8);
  }

  section {
    margin-bottom: var(--space-6);
    break-inside: avoid;
  }

  .measure {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: var(--space-2) var(--space-3);
    margin-top: var(--space-3);
  }

  .measure span {
    flex: 1 1 12rem;
  }

  .bar.besides::before {
    background: var(--rule-strong);
  }

  details {
    margin-top: var(--space-4);
    border-top: 1px solid var(--rule);
  }

  summary {
    min-height: var(--target);
    padding-block: var(--space-3);
    color: var(--accent);
    font-size: var(--text-small);
    cursor: pointer;
  }
`;
