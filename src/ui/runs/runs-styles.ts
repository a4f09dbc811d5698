/** How the page of runs is laid out. */
import { css } from 'lit';

export const runsStyles = css`
  .page {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: var(--space-12);
  }

  .offered {
    outline: 2px dashed var(--accent);
    outline-offset: var(--space-3);
  }

  .head {
    display: flex;
    align-items: center;
    justify-content: space-between;
    gap: var(--space-4);
    min-height: var(--target);
    margin-bottom: var(--space-3);
    padding-bottom: var(--space-2);
    border-bottom: 1px solid var(--rule);
  }

  .file,
  a.primary {
    position: relative;
    display: inline-flex;
    align-items: center;
    min-height: var(--target);
    padding: var(--space-2) var(--space-4);
    border: 1px solid var(--rule-strong);
    border-radius: var(--radius);
    background: var(--sheet);
    color: var(--ink);
    font-size: var(--text-body);
    text-decoration: none;
    cursor: pointer;
  }

  .file:hover {
    border-color: var(--ink);
  }

  .file:has(:focus-visible) {
    outline: 2px solid var(--accent);
    outline-offset: 2px;
  }

  a.primary {
    border-color: var(--accent);
    background: var(--accent);
    color: var(--accent-text);
    font-weight: 600;
  }

  a.primary:hover {
    background: var(--accent-hover);
  }

  .said {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    justify-content: space-between;
    gap: var(--space-2) var(--space-4);
    margin-bottom: var(--space-3);
    padding: var(--space-2) var(--space-4);
    border-left: 3px solid var(--accent);
    background: var(--note-paper);
  }

  .problems {
    display: grid;
    gap: var(--space-1);
    margin: 0 0 var(--space-3);
    padding: var(--space-3) var(--space-4);
    border-left: 3px solid var(--rubric);
    background: var(--rubric-paper);
    color: var(--rubric);
    list-style: none;
    overflow-wrap: anywhere;
  }

  .empty {
    display: grid;
    gap: var(--space-3);
    max-width: 40rem;
    padding-block: var(--space-6);
  }

  .lead {
    font: 400 var(--text-heading) / 1.3 var(--font-display);
  }

  .buttons {
    display: flex;
    flex-wrap: wrap;
    gap: var(--space-3);
  }

  .bound {
    margin-top: var(--space-3);
  }

  .bin {
    margin-top: var(--space-3);
  }

  summary {
    width: fit-content;
    min-height: var(--target);
    padding-block: var(--space-2);
    cursor: pointer;
  }

  .bin ul {
    max-width: 40rem;
    margin: var(--space-2) 0 var(--space-3);
    padding: 0;
    list-style: none;
  }

  .bin li {
    display: flex;
    align-items: center;
    justify-content: space-between;
    gap: var(--space-4);
    padding-block: var(--space-1);
    border-top: 1px solid var(--rule);
  }
`;
