/**
 * What every `lab-*` element shares inside its shadow root: box model, headings, buttons, fields and
 * one focus ring. Colours and sizes come from `tokens.css`, whose properties inherit into shadow trees.
 */
import { css } from 'lit';

export const sharedStyles = css`
  :host {
    display: block;
  }

  :host([hidden]) {
    display: none;
  }

  *,
  *::before,
  *::after {
    box-sizing: border-box;
  }

  h2 {
    margin: 0;
    font: 400 var(--text-heading) / 1.3 var(--font-display);
  }

  p {
    margin: 0;
    text-wrap: pretty;
  }

  .soft {
    color: var(--ink-soft);
  }

  .small {
    font-size: var(--text-small);
  }

  .visually-hidden {
    position: absolute;
    width: 1px;
    height: 1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }

  :focus-visible {
    outline: 2px solid var(--accent);
    outline-offset: 2px;
  }

  label,
  .label {
    display: block;
    color: var(--ink-soft);
    font-size: var(--text-small);
  }

  input,
  select,
  button {
    font: inherit;
    font-variant-numeric: tabular-nums;
  }

  input[type='number'],
  select {
    width: 100%;
    min-height: var(--target);
    padding: var(--space-2) var(--space-3);
    border: 1px solid var(--rule-strong);
    border-radius: var(--radius);
    background: var(--sheet);
    color: var(--ink);
  }

  input[type='checkbox'],
  input[type='radio'] {
    accent-color: var(--accent);
  }

  input:disabled,
  select:disabled {
    border-color: var(--rule);
    color: var(--ink-soft);
    opacity: 1;
  }

  input[aria-invalid='true'] {
    border-color: var(--rubric);
  }

  button {
    min-height: var(--target);
    padding: var(--space-2) var(--space-4);
    border: 1px solid var(--rule-strong);
    border-radius: var(--radius);
    background: var(--sheet);
    color: var(--ink);
    cursor: pointer;
    transition:
      background var(--quick),
      border-color var(--quick);
  }

  button:hover:not([aria-disabled='true']) {
    border-color: var(--ink);
  }

  button.primary {
    border-color: var(--accent);
    background: var(--accent);
    color: var(--accent-text);
    font-weight: 600;
  }

  button.primary:hover:not([aria-disabled='true']) {
    border-color: var(--accent-hover);
    background: var(--accent-hover);
  }

  button[aria-disabled='true'] {
    border-color: var(--rule);
    background: transparent;
    color: var(--ink-faint);
    font-weight: 400;
    cursor: default;
  }

  .error {
    color: var(--rubric);
    font-size: var(--text-small);
  }
`;
