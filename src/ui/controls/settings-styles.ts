/** How the settings look: a ruled list, each with its control at the side and its line below. */
import { css } from 'lit';

export const settingsStyles = css`
  summary {
    display: flex;
    align-items: center;
    gap: var(--space-2);
    min-height: 2.25rem;
    cursor: pointer;
  }

  fieldset {
    min-width: 0;
    margin: 0;
    padding: 0;
    border: 0;
  }

  .section {
    margin-top: var(--space-6);
  }

  .section:first-of-type {
    margin-top: var(--space-2);
  }

  @media (min-width: 60rem) {
    .whole {
      columns: 24rem;
      column-gap: var(--space-12);
    }

    .field,
    .unused {
      break-inside: avoid;
    }
  }

  .section > legend {
    padding: 0 0 var(--space-2);
    font: 400 var(--text-lead) / 1.3 var(--font-display);
  }

  .field {
    display: grid;
    grid-template-columns: minmax(0, 1fr) 11rem;
    gap: 0 var(--space-4);
    padding: var(--space-2) 0;
    border-top: 1px solid var(--rule);
  }

  .field > label {
    align-self: center;
    color: var(--ink);
    font-size: var(--text-body);
    line-height: 1.35;
  }

  .control {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: var(--space-1) var(--space-2);
  }

  .control input[type='number'] {
    flex: 1 1 4.5rem;
    width: 4.5rem;
    min-height: 2.25rem;
    padding-block: var(--space-1);
  }

  .control select {
    min-height: 2.25rem;
    padding-block: var(--space-1);
    text-overflow: ellipsis;
  }

  .control input[type='range'] {
    flex: 1 0 100%;
    width: 100%;
    min-height: 1.5rem;
    margin: 0;
    accent-color: var(--accent);
  }

  .control input[type='checkbox'] {
    width: 1.25rem;
    height: 1.25rem;
    margin: var(--space-2) 0;
  }

  select[aria-invalid='true'] {
    border-color: var(--rubric);
  }

  .unit {
    flex: 0 1 auto;
    color: var(--ink-soft);
    font-size: 0.75rem;
  }

  .help {
    grid-column: 1 / -1;
    margin-top: 0.125rem;
    color: var(--ink-soft);
    font-size: 0.75rem;
    line-height: 1.45;
  }

  .field > .error {
    grid-column: 1 / -1;
    margin-top: var(--space-1);
    padding: var(--space-2) var(--space-3);
    border-left: 3px solid var(--rubric);
    background: var(--rubric-paper);
  }

  .changed > label {
    font-weight: 600;
  }

  .changed > label::before {
    content: '•';
    margin-right: var(--space-1);
    color: var(--rubric);
  }

  code {
    font-family: var(--font-code);
    font-size: 0.6875rem;
    overflow-wrap: anywhere;
  }

  .back {
    grid-column: 1 / -1;
    justify-self: start;
    min-height: 1.75rem;
    padding: 0;
    border: 0;
    background: none;
    color: var(--accent);
    font-size: 0.75rem;
    text-decoration: underline;
    text-underline-offset: 0.2em;
  }

  .unused {
    border-top: 1px solid var(--rule);
    color: var(--ink-soft);
    font-size: 0.75rem;
  }

  .unused > summary {
    min-height: 2.25rem;
    line-height: 1.4;
  }

  .unused > .reason {
    padding: var(--space-2) 0;
    border-top: 1px solid var(--rule);
    font-style: italic;
  }

  .unused .field > label {
    color: var(--ink-soft);
    font-size: var(--text-small);
  }

  @media (pointer: coarse) {
    summary,
    .unused > summary,
    .back,
    .control select,
    .control input[type='range'],
    .control input[type='number'] {
      min-height: var(--target);
    }
  }
`;
