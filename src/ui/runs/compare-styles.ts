/** How compared runs are laid out. */
import { css } from 'lit';

export const compareStyles = css`
  :host {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: var(--space-6);
  }

  h3 {
    margin: 0 0 var(--space-2);
    font: 400 var(--text-lead) / 1.3 var(--font-display);
  }

  .key {
    display: flex;
    flex-wrap: wrap;
    gap: var(--space-1) var(--space-6);
    margin: 0;
    padding: 0;
    list-style: none;
  }

  .key li {
    display: inline-flex;
    align-items: center;
    gap: var(--space-2);
  }

  .key svg,
  .key b,
  figcaption b {
    color: var(--run);
  }

  .key svg {
    flex: none;
  }

  .choices {
    display: flex;
    flex-wrap: wrap;
    gap: var(--space-3) var(--space-6);
    margin-bottom: var(--space-4);
  }

  fieldset {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: var(--space-1) var(--space-3);
    min-width: 0;
    margin: 0;
    padding: 0;
    border: 0;
  }

  legend {
    float: left;
    padding: 0;
    color: var(--ink-soft);
    font-size: var(--text-small);
  }

  .options {
    display: flex;
    border: 1px solid var(--rule-strong);
    border-radius: var(--radius);
  }

  .options label {
    position: relative;
    display: flex;
    align-items: center;
    min-height: 2.25rem;
    padding-inline: var(--space-3);
    border-radius: calc(var(--radius) - 1px);
    color: var(--ink);
    text-align: center;
    cursor: pointer;
  }

  .options label:has(:checked) {
    background: var(--accent);
    color: var(--accent-text);
  }

  .options label:has(:focus-visible) {
    outline: 2px solid var(--accent);
    outline-offset: 2px;
  }

  .charts {
    display: grid;
    grid-template-columns: repeat(auto-fit, minmax(min(100%, 24rem), 1fr));
    gap: var(--space-4) var(--space-8);
  }

  .moment {
    display: grid;
    grid-template-columns: auto minmax(0, 1fr) 10rem;
    align-items: center;
    gap: var(--space-3);
    margin-top: var(--space-3);
  }

  .moment input {
    width: 100%;
    min-height: var(--target);
    margin: 0;
    accent-color: var(--accent);
    cursor: pointer;
  }

  output {
    color: var(--ink-soft);
    font-size: var(--text-small);
    text-align: end;
  }

  .walls {
    display: grid;
    grid-template-columns: repeat(auto-fit, minmax(min(100%, 24rem), 1fr));
    align-items: start;
    gap: var(--space-6) var(--space-8);
  }

  figure {
    min-width: 0;
    margin: 0;
  }

  figcaption {
    display: flex;
    flex-wrap: wrap;
    align-items: baseline;
    gap: 0 var(--space-2);
    margin-bottom: var(--space-2);
  }

  figcaption .soft {
    margin-left: auto;
  }

  .dense {
    padding: var(--space-4);
    border: 1px dashed var(--rule-strong);
    border-radius: var(--radius);
  }

  code {
    font-family: var(--font-code);
  }

  @media (pointer: coarse) {
    .options label {
      min-height: var(--target);
    }
  }

  @media (max-width: 40rem) {
    .moment {
      grid-template-columns: auto minmax(0, 1fr);
    }

    .moment output {
      grid-column: 1 / -1;
      margin-top: calc(-1 * var(--space-2));
    }
  }
`;
