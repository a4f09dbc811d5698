/** Where the parts of the lab stand: in one column on a phone, beside each other where there is room. */
import { css } from 'lit';

export const labAppStyles = css`
  :host {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: var(--space-3);
  }

  .setup,
  .run {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
  }

  .setup {
    align-items: start;
    gap: var(--space-1) var(--space-8);
    padding-block: var(--space-2);
    border-block: 1px solid var(--rule);
  }

  .own summary {
    display: flex;
    align-items: center;
    gap: var(--space-2);
    min-height: 2.25rem;
    cursor: pointer;
  }

  @media (pointer: coarse) {
    .own summary {
      min-height: var(--target);
    }
  }

  .shown {
    padding: var(--space-1) var(--space-3);
    border-left: 3px solid var(--accent);
    background: var(--note-paper);
  }

  .run {
    align-items: start;
    gap: var(--space-8);
    margin-top: var(--space-2);
  }

  /* Where there is no mask to see, what it remembers comes first. */
  .run.dense #forgetting {
    order: -1;
  }

  /* On a phone, what a run would take makes room for the run. */
  @media (max-width: 52rem) {
    .setup {
      grid-template-columns: repeat(2, minmax(0, 1fr));
      gap: var(--space-1) var(--space-4);
    }

    .setup > :not(.own:not([open])),
    .own[open] + lab-settings {
      grid-column: 1 / -1;
    }

    .own:not([open]) + lab-settings:not([open]) {
      grid-column: auto;
    }

    .run-shown lab-device,
    .run-shown lab-estimate {
      display: none;
    }
  }

  @media (min-width: 52.01rem) {
    .setup {
      grid-template-columns: minmax(0, 21rem) minmax(0, 1fr) auto auto;
      grid-template-rows: auto 1fr;
    }

    lab-device,
    lab-estimate {
      grid-row: 1 / span 2;
    }

    lab-share {
      grid-column: 3 / -1;
    }

    .own {
      grid-area: 2 / 3;
    }

    lab-settings {
      grid-area: 2 / 4;
    }

    lab-notices {
      grid-area: 3 / 1 / auto / -1;
    }

    .own[open] {
      grid-area: 4 / 1 / auto / -1;
    }

    lab-settings[open] {
      grid-area: 5 / 1 / auto / -1;
    }
  }

  /* What to do about a missing device is more to read, and nothing is to be estimated. */
  .setup.no-device lab-device {
    grid-area: 1 / 1 / span 2 / span 2;
  }

  .setup.no-device lab-estimate {
    display: none;
  }

  @media (max-width: 52rem) {
    .setup.no-device lab-device {
      grid-area: 1 / 1 / auto / -1;
    }
  }

  @media (min-width: 75rem) {
    .run {
      grid-template-columns: repeat(3, minmax(0, 1fr));
      grid-template-rows: auto 1fr;
      gap: var(--space-8) var(--space-12);
    }

    .wide {
      grid-column: 1 / -1;
    }

    /* The two that are watched stand beside each other, the one with more to show in the wide place. */
    .run #masks,
    .run.dense #forgetting {
      grid-area: 1 / 1 / auto / span 2;
    }

    .run #loss {
      grid-area: 2 / 1 / auto / span 2;
    }

    .run #forgetting {
      grid-area: 1 / 3 / span 2;
    }

    .run.dense #forgetting {
      grid-area: 1 / 1 / span 2 / span 2;
    }

    .run.dense #masks {
      grid-area: 1 / 3;
    }

    .run.dense #loss {
      grid-area: 2 / 3;
    }
  }
`;
