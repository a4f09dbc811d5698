/** The mark of a `details` element: an angle that turns when it opens. */
import { css } from 'lit';

export const disclosure = css`
  summary::before {
    content: '';
    flex: none;
    width: 0.4rem;
    height: 0.4rem;
    margin-inline: 0.1rem 0.2rem;
    border: solid currentcolor;
    border-width: 0 1.5px 1.5px 0;
    transform: rotate(-45deg);
    transition: transform var(--quick);
  }

  details[open] > summary::before {
    transform: rotate(45deg);
  }

  summary::-webkit-details-marker {
    display: none;
  }
`;
