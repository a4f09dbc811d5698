/** A few radio buttons as one control with segments: what is chosen is filled. */
import { css } from 'lit';

export const segmented = css`
  fieldset {
    display: flex;
    margin: 0;
    padding: 0;
    border: 1px solid var(--rule-strong);
    border-radius: var(--radius);
  }

  fieldset label {
    position: relative;
    display: flex;
    align-items: center;
    min-height: 2.25rem;
    padding-inline: var(--space-3);
    border-radius: calc(var(--radius) - 1px);
    cursor: pointer;
  }

  @media (pointer: coarse) {
    fieldset label {
      min-height: var(--target);
    }
  }

  fieldset label:has(:checked) {
    background: var(--accent);
    color: var(--accent-text);
  }

  @media (forced-colors: active) {
    fieldset label:has(:checked) {
      background: Highlight;
      color: HighlightText;
      forced-color-adjust: none;
    }
  }

  fieldset label:has(:focus-visible) {
    outline: 2px solid var(--accent);
    outline-offset: 2px;
  }

  fieldset input {
    position: absolute;
    opacity: 0;
    pointer-events: none;
  }
`;
