/**
 * How stories look: a row of cards, each a radio with its drawing and its title, and the line of the chosen one below.
 * Where there is no room for all, the row scrolls sideways. While a run goes, they draw in.
 */
import { css } from 'lit';

export const storiesStyles = css`
  :host {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: var(--space-2) var(--space-4);
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

  .row {
    display: grid;
    grid-auto-columns: minmax(0, 1fr);
    grid-auto-flow: column;
    gap: var(--space-2);
  }

  .card {
    position: relative;
    display: grid;
    grid-template-columns: minmax(0, 1fr) auto;
    gap: var(--space-2);
    align-content: start;
    padding: var(--space-2) var(--space-3) var(--space-3);
    border: 1px solid var(--rule);
    border-radius: var(--radius);
    color: var(--ink);
    cursor: pointer;
    transition:
      background var(--quick),
      border-color var(--quick);
  }

  .card:hover,
  .chosen {
    border-color: var(--rule-strong);
    background: var(--sheet);
  }

  .chosen {
    border-color: var(--accent);
    box-shadow: inset 0 3px 0 var(--accent);
  }

  .card:focus-within {
    outline: 2px solid var(--accent);
    outline-offset: 1px;
  }

  .card input {
    grid-area: 1 / 2;
    width: 1rem;
    height: 1rem;
    margin: 0;
    outline: none;
  }

  .glyph {
    grid-area: 1 / 1;
  }

  .title {
    grid-column: 1 / -1;
    font: 400 var(--text-body) / 1.3 var(--font-display);
    text-wrap: balance;
  }

  .chosen .title {
    font-weight: 700;
  }

  /* The line of a story that is not chosen is there for who listens; one at a time is enough to read. */
  .card .line {
    position: absolute;
    width: 1px;
    height: 1px;
    overflow: hidden;
    clip-path: inset(50%);
  }

  .told {
    margin-top: var(--space-2);
    font-size: var(--text-lead);
    line-height: 1.45;
  }

  .look {
    color: var(--accent);
  }

  .locked .card,
  fieldset:disabled label {
    cursor: default;
  }

  .locked .glyph {
    display: none;
  }

  .locked .card {
    grid-template-columns: auto minmax(0, 1fr);
    align-content: center;
    padding-block: var(--space-2);
  }

  .locked .card input {
    grid-area: 1 / 1;
  }

  .locked .title {
    grid-column: 2;
    font-size: var(--text-small);
  }

  .locked .card:not(.chosen) {
    color: var(--ink-soft);
  }

  .runs {
    display: flex;
    flex-wrap: wrap;
    gap: 0 var(--space-4);
  }

  .runs legend {
    float: left;
    margin-right: var(--space-4);
    padding: 0;
    color: var(--ink-soft);
    font: inherit;
    font-size: var(--text-small);
    line-height: 2rem;
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

  /* Other presets and the seed stand at the end of the heading's line. */
  @media (min-width: 52.01rem) {
    :host {
      position: relative;
    }

    .pair {
      position: absolute;
      inset: calc(-1 * var(--space-2)) 0 auto auto;
      grid-template-columns: auto auto;
      gap: var(--space-4);
    }

    .pair > div {
      display: flex;
      align-items: center;
      gap: var(--space-2);
    }

    .pair label {
      margin: 0;
      white-space: nowrap;
    }

    .pair select,
    .pair input {
      width: 13rem;
      min-height: 2rem;
      padding: 0 var(--space-2);
      font-size: var(--text-small);
      text-overflow: ellipsis;
    }

    .pair input {
      width: 5.5rem;
    }
  }

  @media (max-width: 75rem) {
    .row {
      grid-auto-columns: 8.5rem;
      margin-inline: calc(-1 * var(--space-4));
      padding: 2px var(--space-4) var(--space-2);
      overflow-x: auto;
      scroll-padding-inline: var(--space-4);
      scroll-snap-type: x proximity;
    }

    .card {
      min-height: var(--target);
      scroll-snap-align: start;
    }

    .told {
      margin-top: var(--space-1);
      font-size: var(--text-body);
    }
  }

  @media (min-width: 52.01rem) and (max-width: 75rem) and (pointer: coarse) {
    .pair select,
    .pair input {
      min-height: var(--target);
    }
  }

  /* Which card is chosen, its edge, its top and its weight say; the dot can do without room. */
  @media (max-width: 52rem) {
    .row {
      grid-auto-columns: 10.5rem;
    }

    .card,
    .locked .card {
      grid-template-columns: auto minmax(0, 1fr);
      align-content: center;
      align-items: center;
      padding: var(--space-3) var(--space-3) var(--space-2);
    }

    .card input {
      position: absolute;
      opacity: 0;
    }

    .title {
      grid-column: 2;
    }

    .pair {
      grid-template-columns: minmax(0, 1fr) auto;
    }

    .pair > div {
      display: flex;
      align-items: center;
      gap: var(--space-2);
    }

    .pair label {
      flex: none;
      margin: 0;
    }

    .pair input {
      width: 4.5rem;
    }
  }
`;
