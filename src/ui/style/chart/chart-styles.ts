/** What the charts over the steps of a run share: their frame, hairlines, numbers, and the mark of the moment. */
import { css } from 'lit';

export const chartStyles = css`
  svg {
    display: block;
    width: 100%;
    height: auto;
    overflow: visible;
    touch-action: pan-y;
  }

  .grid {
    stroke: var(--rule);
    shape-rendering: crispedges;
  }

  .base,
  .end {
    stroke: var(--rule-strong);
    shape-rendering: crispedges;
  }

  .end {
    stroke-dasharray: 2 3;
    opacity: 0.7;
  }

  text {
    fill: var(--ink-soft);
    font-size: 0.75rem;
    font-variant-numeric: tabular-nums;
  }

  .moment {
    stroke: var(--ink);
    stroke-width: 1.5;
  }

  .knob {
    fill: var(--ink);
    stroke: var(--paper);
    stroke-width: 1.5;
  }
`;
