/**
 * A small drawing for each story: squares in rows and columns, some of them inked. They are drawings, not data, and
 * say nothing that the words beside them do not.
 */
import { css, html, svg } from 'lit';

export const glyphStyles = css`
  .glyph {
    display: block;
    width: 2.5rem;
    height: 2.5rem;
  }

  .glyph .a {
    fill: var(--task-1);
  }

  .glyph .b {
    fill: var(--task-2);
  }

  .glyph .c {
    fill: var(--task-4);
  }

  .glyph .d {
    fill: var(--task-5);
  }

  .glyph .o {
    fill: var(--task-1);
    opacity: 0.45;
  }

  .glyph .g {
    fill: var(--grow);
  }

  .glyph .n {
    fill: var(--dead);
  }
`;

/**
 * Six lines of six signs: a–d are inks, o the first of them half gone, g what has just grown, and a point the bare
 * page. Those of the first two stories are accuracy matrices, those of the others masks, and the last is a picture.
 */
const GLYPHS: Readonly<Record<string, string>> = {
  forget: 'a......b......c......d......a......b',
  replay: 'a.....ob....obc...oocd..oboda.ooodab',
  sparse: 'a......................a........a...',
  sparcl: '.a..b.a...c...oa....b..a.oc...a.d..b',
  schemes: 'aa..a.aa.aaa....a.aaaa.a.....aaaa.a.',
  mest: '..a....g...a.a..g....a...g..a.....a.',
  'own-images': 'oooccoooooccobbooobbbboobbbbbbaaaaaa',
};

export function storyGlyph(name: string): unknown {
  const signs = Array.from(GLYPHS[name] ?? '');
  return html`<svg class="glyph" viewBox="0 0 47 47" aria-hidden="true">
    ${signs.map(
      (sign, i) =>
        svg`<rect class=${sign === '.' ? 'n' : sign} x=${8 * (i % 6)} y=${8 * Math.floor(i / 6)} width="7" height="7" />`,
    )}
  </svg>`;
}
