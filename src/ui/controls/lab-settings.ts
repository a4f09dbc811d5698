/**
 * The settings, folded away: how many of them differ from the preset, and their form, which is fetched when it is first
 * opened. What is slotted stands below.
 */
import { css, html, LitElement, nothing, type PropertyValues } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { Config, ConfigKey } from '../../lab/config/config.ts';
import type { FieldProblem } from '../parts/config-fields.ts';
import { disclosure } from '../style/disclosure.ts';
import { sharedStyles } from '../style/shared-styles.ts';

@customElement('lab-settings')
export class LabSettings extends LitElement {
  static override styles = [
    sharedStyles,
    disclosure,
    css`
      summary {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 0 var(--space-2);
        min-height: 2.25rem;
        cursor: pointer;
      }

      @media (pointer: coarse) {
        summary {
          min-height: var(--target);
        }
      }
    `,
  ];

  @property({ attribute: false }) config!: Config;
  /** The preset's own config, against which changes are marked. */
  @property({ attribute: false }) base!: Config;
  /** Values as typed that cannot be used, by key. */
  @property({ attribute: false }) problems: ReadonlyMap<ConfigKey, FieldProblem> = new Map();
  /** The config cannot run; the form says why. */
  @property({ type: Boolean }) refused = false;
  /** A run is under way and its config holds still. */
  @property({ type: Boolean }) locked = false;
  @state() private form: 'closed' | 'fetching' | 'fetched' | 'missing' = 'closed';

  /** Opens the settings when something in them is wrong, so that the sentence about it is seen. */
  protected override updated(changed: PropertyValues<this>): void {
    const wrong = changed.has('refused') && this.refused;
    if (!wrong && !(changed.has('problems') && this.problems.size > 0)) return;
    // The seed stands beside the stories, and so does what is wrong with it.
    const seed = this.problems.size === 1 && this.problems.has('seed') && !wrong;
    const all = this.renderRoot.querySelector('details');
    if (all && !seed) all.open = true;
  }

  private toggled(event: Event): void {
    const { open } = event.target as HTMLDetailsElement;
    // So that the page around can give it the whole width.
    this.toggleAttribute('open', open);
    if (open && this.form !== 'fetched') void this.fetch();
  }

  private async fetch(): Promise<void> {
    this.form = 'fetching';
    try {
      await import('./lab-settings-form.ts');
      this.form = 'fetched';
    } catch {
      this.form = 'missing';
    }
  }

  private inside(): unknown {
    if (this.form === 'missing') {
      return html`<p class="error">The settings could not be fetched. Is the network there?</p>`;
    }
    if (this.form !== 'fetched') return nothing;
    return html`<lab-settings-form
      .config=${this.config}
      .base=${this.base}
      .problems=${this.problems}
      .locked=${this.locked}
    ></lab-settings-form>`;
  }

  override render(): unknown {
    const { config, base, problems } = this;
    const keys = Object.keys(config) as ConfigKey[];
    const changes = keys.filter(
      (key) => key !== 'seed' && (config[key] !== base[key] || problems.has(key)),
    ).length;
    return html`<details class="all" @toggle=${this.toggled}>
      <summary>
        All settings
        ${
          changes > 0
            ? html`<span class="soft small"
                >${changes} ${changes === 1 ? 'differs' : 'differ'} from the preset</span
              >`
            : nothing
        }
      </summary>
      ${this.inside()}
      <slot></slot>
    </details>`;
  }
}
