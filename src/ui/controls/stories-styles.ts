/** How stories look: a column of cards, each a radio with its title and its line. */
import { css } from 'lit';

export const storiesStyles = css`
  :host {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: var(--space-4);
  }

  fieldset {
    min-width: 0;
    margin: 0;
    padding: 0;
    border: 0;
  }

  legend {
    padding: 0 0 var(--space-2);
    font: 400 var(--text-heading) / 1.3 var(--font-display);
  }

  .cards {
    display: grid;
  }

  .card {
    display: grid;
    grid-template-columns: auto minmax(0, 1fr);
    gap: 0 var(--space-3);
    align-items: center;
    min-height: var(--target);
    padding: var(--space-2) var(--space-3);
    border: 1px solid var(--rule);
    border-left: 3px solid transparent;
    color: var(--ink);
    cursor: pointer;
    transition: background var(--quick);
  }

  .card + .card {
    border-top: 0;
  }

  .card:first-of-type {
    border-radius: var(--radius) var(--radius) 0 0;
  }

  .card:last-of-type {
    border-radius: 0 0 var(--radius) var(--radius);
  }

  .card:hover,
  .chosen {
    background: var(--sheet);
  }

  .chosen {
    border-left-color: var(--accent);
  }

  .card:focus-within {
    outline: 2px solid var(--accent);
    outline-offset: -2px;
  }

  .card input {
    width: 1rem;
    height: 1rem;
    margin: 0;
    outline: none;
  }

  .title {
    font-size: var(--text-body);
    line-height: 1.35;
  }

  .chosen .title {
    font-weight: 600;
  }

  /* The line of a story that is not chosen is there for who listens; one at a time is enough to read. */
  .line {
    position: absolute;
    width: 1px;
    height: 1px;
    overflow: hidden;
    clip-path: inset(50%);
  }

  .chosen .line {
    position: static;
    grid-column: 2;
    width: auto;
    height: auto;
    overflow: visible;
    clip-path: none;
    margin-top: var(--space-1);
    color: var(--ink-soft);
    font-size: var(--text-small);
    line-height: 1.5;
    text-wrap: pretty;
  }

  .look {
    color: var(--accent);
  }

  fieldset:disabled .card,
  fieldset:disabled label {
    cursor: default;
  }

  .runs {
    display: flex;
    flex-wrap: wrap;
    gap: 0 var(--space-4);
  }

  .runs legend {
    padding-bottom: var(--space-1);
    color: var(--ink-soft);
    font: inherit;
    font-size: var(--text-small);
  }

  .runs label {
    display: flex;
    align-items: center;
    gap: var(--space-2);
    min-height: 2rem;
    color: var(--ink);
    cursor: pointer;
  }

  .runs input {
    margin: 0;
  }

  .pair {
    display: grid;
    grid-template-columns: minmax(0, 1fr) 7rem;
    gap: var(--space-3);
  }

  .pair label {
    margin-bottom: var(--space-1);
  }

  @media (pointer: coarse) {
    .runs label {
      min-height: var(--target);
    }
  }
`;
