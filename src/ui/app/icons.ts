/** The page's few pictograms, drawn in the colour of the text beside them and silent to screen readers. */
import { html, type TemplateResult } from 'lit';

const PATHS = {
  play: 'M4 2.5v11l9-5.5z',
  pause: 'M4 3h3v10H4zM9 3h3v10H9z',
  step: 'M3 2.5v11l7-5.5zM11.5 3H13v10h-1.5z',
  task: 'M2 3v10l5-5zM7 3v10l5-5zM12.5 3H14v10h-1.5z',
  stop: 'M3.5 3.5h9v9h-9z',
  reset: 'M8 2a6 6 0 1 1-5.6 3.9l1.5.5A4.4 4.4 0 1 0 8 3.6V6L4.2 3 8 0z',
  replay: 'M8 2a6 6 0 1 1-5.6 3.9l1.5.5A4.4 4.4 0 1 0 8 3.6V6L4.2 3 8 0zM6.5 5.8v5L10.6 8.3z',
  end: 'M3 2.5v11l8-5.5zM12 3h1.5v10H12z',
} as const;

export type IconName = keyof typeof PATHS;

export function icon(name: IconName): TemplateResult {
  return html`<svg
    width="16"
    height="16"
    viewBox="0 0 16 16"
    fill="currentColor"
    aria-hidden="true"
  >
    <path d=${PATHS[name]} />
  </svg>`;
}
