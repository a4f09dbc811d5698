/**
 * A file of the visitor's own in place of the prepared data: an official CIFAR archive. Scripts use
 * the same input (`#archive`) and ask for the chosen file by `pickedArchive`.
 */
import { css, html, LitElement } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { sharedStyles } from '../style/shared-styles.ts';
import { emit } from '../parts/ui-events.ts';

let picked: File | null = null;

/** The file chosen in the page's archive input, if any. */
export function pickedArchive(): File | null {
  return picked;
}

@customElement('lab-archive')
export class LabArchive extends LitElement {
  static override styles = [
    sharedStyles,
    css`
      :host {
        padding-top: var(--space-4);
        border-top: 1px solid var(--rule);
      }

      input {
        display: block;
        width: 100%;
        margin-block: var(--space-1);
        color: var(--ink-soft);
        font-size: var(--text-small);
      }

      input::file-selector-button {
        min-height: 2.25rem;
        margin-right: var(--space-3);
        padding-inline: var(--space-3);
        border: 1px solid var(--rule-strong);
        border-radius: var(--radius);
        background: var(--sheet);
        color: var(--ink);
        font: inherit;
        cursor: pointer;
      }

      input:disabled::file-selector-button {
        border-color: var(--rule);
        background: transparent;
        color: var(--ink-faint);
        cursor: default;
      }

      code {
        font-family: var(--font-code);
        overflow-wrap: anywhere;
      }
    `,
  ];

  @property({ type: Boolean }) locked = false;
  @state() private file: File | null = null;

  private pick(event: InputEvent): void {
    this.file = (event.target as HTMLInputElement).files?.[0] ?? null;
    picked = this.file;
    emit(this, 'lab-archive', this.file);
  }

  override render(): unknown {
    return html`
      <label for="archive">Data of your own: an official archive</label>
      <input
        id="archive"
        type="file"
        accept=".gz,.tgz,application/gzip"
        aria-describedby="about"
        ?disabled=${this.locked}
        @change=${this.pick}
      />
      <p class="small soft" id="about">
        ${
          this.file === null
            ? html`<code>cifar-10-binary.tar.gz</code> or <code>cifar-100-binary.tar.gz</code>. It
                is read in this browser, kept there for the next visit, and sent nowhere.`
            : html`The next run reads <code>${this.file.name}</code>.`
        }
      </p>
    `;
  }
}
