/** What is known of the unit under the pointer, beside it. Where a key or a tap asked, screen readers say it too. */
import { css, html, LitElement, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { customProperty } from '../../style/custom-property.ts';
import { sharedStyles } from '../../style/shared-styles.ts';

export interface UnitReading {
  readonly title: string;
  readonly where: string;
  readonly age: string;
  /** Which of the inks it is written in, from 1; null: none. */
  readonly ink: number | null;
  readonly magnitudes: string | null;
  readonly anchor: DOMRect;
  readonly aloud: boolean;
}

/** Pixels between a unit and what is told of it, and from there to the edge of the window. */
const APART = 10;
const EDGE = 8;

@customElement('lab-mask-tip')
export class LabMaskTip extends LitElement {
  static override styles = [
    sharedStyles,
    css`
      .tip {
        position: fixed;
        inset: 0 auto auto 0;
        width: max-content;
        max-width: min(20rem, calc(100vw - 1rem));
        margin: 0;
        padding: var(--space-2) var(--space-3);
        border: 1px solid var(--rule-strong);
        border-radius: var(--radius);
        background: var(--sheet);
        color: var(--ink);
        font-size: var(--text-small);
        line-height: 1.45;
        pointer-events: none;
      }

      .title {
        font: 400 var(--text-body) / 1.3 var(--font-display);
      }

      .age::before {
        content: '';
        display: inline-block;
        width: 0.7em;
        height: 0.7em;
        margin-right: 0.45em;
        border: 1px solid var(--rule-strong);
        background: var(--mark, var(--dead));
      }
    `,
  ];

  @property({ attribute: false }) reading: UnitReading | null = null;

  override render(): unknown {
    const { reading } = this;
    const spoken = reading?.aloud
      ? [reading.where, reading.age, reading.magnitudes].filter(Boolean).join('; ')
      : '';
    return html`
      <div class="tip" popover="manual" aria-hidden="true">
        ${
          reading
            ? html`
                <p class="title">${reading.title}</p>
                <p class="soft">${reading.where}</p>
                <p
                  class="age"
                  ${customProperty(
                    '--mark',
                    reading.ink === null ? 'var(--dead)' : `var(--task-${reading.ink})`,
                  )}
                >
                  ${reading.age}
                </p>
                ${reading.magnitudes === null ? nothing : html`<p>${reading.magnitudes}</p>`}
              `
            : nothing
        }
      </div>
      <p class="visually-hidden" role="status">${spoken}</p>
    `;
  }

  protected override updated(): void {
    const tip = this.renderRoot.querySelector<HTMLElement>('.tip')!;
    const { reading } = this;
    if (!reading) {
      if (tip.matches(':popover-open')) tip.hidePopover();
      return;
    }
    if (!tip.matches(':popover-open')) tip.showPopover();
    const { anchor } = reading;
    const { width, height } = tip.getBoundingClientRect();
    const middle = anchor.x + anchor.width / 2 - width / 2;
    const x = Math.max(EDGE, Math.min(middle, innerWidth - width - EDGE));
    const above = anchor.y - height - APART;
    const y = above >= EDGE ? above : anchor.bottom + APART;
    tip.style.transform = `translate(${Math.round(x)}px, ${Math.round(y)}px)`;
  }
}
