/** What the parts of the data view share: headings, switches, and groups of pictures. */
import { css } from 'lit';

/** Where the page is one column and pictures must be fewer and smaller. */
export function isNarrow(): boolean {
  return matchMedia('(max-width: 52rem)').matches;
}

/** The colour of a task, from the page's ten. */
export function taskColour(task: number): string {
  return `var(--task-${(task % 10) + 1})`;
}

export const dataStyles = css`
  h3,
  h4 {
    margin: 0;
    font-weight: 600;
  }

  h3 {
    font-size: var(--text-body);
  }

  h4 {
    font-size: var(--text-small);
  }

  h4 .soft {
    font-weight: 400;
  }

  .head {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    justify-content: space-between;
    gap: var(--space-2) var(--space-4);
    min-height: 2.25rem;
    margin-bottom: var(--space-1);
  }

  @media (pointer: coarse) {
    .head:has(fieldset) {
      min-height: var(--target);
    }
  }

  code {
    font-family: var(--font-code);
  }
`;
