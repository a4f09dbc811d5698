/**
 * Every setting as a native control, made from the config's schema: its unit, what it does in one line, the sentence
 * that refuses it beside it, and a mark and a way back where it differs from the preset. What does nothing under the
 * present choices is folded away with the reason. `lab-settings` fetches it when it is opened.
 */
import { html, LitElement, nothing, type PropertyValues } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { live } from 'lit/directives/live.js';
import { refusals, unusedFields, type Refusal } from '../../lab/config/combinations.ts';
import type { Config, ConfigKey } from '../../lab/config/config.ts';
import { emit } from '../parts/ui-events.ts';
import { disclosure } from '../style/disclosure.ts';
import { sharedStyles } from '../style/shared-styles.ts';
import { sections, shortRange, type Field, type FieldProblem } from '../parts/config-fields.ts';
import { FIELD_WORDS } from '../../lab/config/field-words.ts';
import { settingsStyles } from './settings-styles.ts';

/** The seed stands beside the stories. */
const SECTIONS = sections(['seed']);

/** Shares that are chosen by eye as much as by number. */
const SLIDERS: Readonly<Partial<Record<ConfigKey, { readonly most: number }>>> = {
  sparsity: { most: 0.99 },
};

@customElement('lab-settings-form')
export class LabSettingsForm extends LitElement {
  static override styles = [sharedStyles, disclosure, settingsStyles];

  @property({ attribute: false }) config!: Config;
  /** The preset's own config, against which changes are marked. */
  @property({ attribute: false }) base!: Config;
  /** Values as typed that cannot be used, by key. */
  @property({ attribute: false }) problems: ReadonlyMap<ConfigKey, FieldProblem> = new Map();
  /** A run is under way and its config holds still. */
  @property({ type: Boolean }) locked = false;

  private refused: readonly Refusal[] = [];
  private unused: ReadonlyMap<ConfigKey, string> = new Map();

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has('config')) return;
    this.refused = refusals(this.config);
    this.unused = unusedFields(this.config);
  }

  private changed(field: Field, event: Event): void {
    const control = event.target as HTMLInputElement | HTMLSelectElement;
    const text =
      control instanceof HTMLInputElement && control.type === 'checkbox'
        ? String(control.checked)
        : control.value;
    emit(this, 'lab-field', { key: field.key, text });
  }

  private differs({ key }: Field): boolean {
    return this.config[key] !== this.base[key] || this.problems.has(key);
  }

  /** Why a field cannot stay as it is. */
  private sentences({ key }: Field): readonly string[] {
    const problem = this.problems.get(key);
    return [
      ...(problem ? [problem.message] : []),
      ...this.refused.filter(({ field }) => field === key).map(({ sentence }) => sentence),
    ];
  }

  private control(field: Field, wrong: boolean): unknown {
    const { key, kind } = field;
    const value = this.config[key];
    const change = (event: Event): void => {
      this.changed(field, event);
    };
    const described = `${key}-help${wrong ? ` ${key}-error` : ''}`;
    const invalid = wrong ? 'true' : 'false';
    switch (kind.type) {
      case 'switch':
        return html`<input
          id=${key}
          type="checkbox"
          .checked=${live(value === true)}
          aria-describedby=${described}
          @change=${change}
        />`;
      case 'choice': {
        const words = FIELD_WORDS[key]?.options ?? {};
        return html`<select
          id=${key}
          aria-invalid=${invalid}
          aria-describedby=${described}
          @change=${change}
        >
          ${kind.options.map(
            (option) =>
              html`<option value=${option} .selected=${option === value}>
                ${words[option] ?? option}
              </option>`,
          )}
        </select>`;
      }
      case 'number': {
        const slider = SLIDERS[key];
        return html`${
            slider
              ? html`<input
                  type="range"
                  min=${kind.least}
                  max=${slider.most}
                  step="0.01"
                  .value=${live(String(value))}
                  aria-label=${`${this.titleOf(field)}, slider`}
                  @input=${change}
                />`
              : nothing
          }<input
            id=${key}
            type="number"
            inputmode=${kind.whole ? 'numeric' : 'decimal'}
            min=${kind.least}
            max=${kind.most}
            step=${kind.whole ? '1' : 'any'}
            .value=${live(this.problems.get(key)?.text ?? String(value))}
            aria-invalid=${invalid}
            aria-describedby=${described}
            @change=${change}
          />`;
      }
    }
  }

  private titleOf({ key }: Field): string {
    return FIELD_WORDS[key]?.title ?? key;
  }

  private row(field: Field): unknown {
    const { key } = field;
    const words = FIELD_WORDS[key];
    const range = shortRange(field.kind);
    const preset = String(this.base[key]);
    const wrong = this.sentences(field);
    return html`<div class=${this.differs(field) ? 'field changed' : 'field'}>
      <label for=${key}>${this.titleOf(field)}</label>
      <div class="control">
        ${this.control(field, wrong.length > 0)}
        ${words?.unit === undefined ? nothing : html`<span class="unit">${words.unit}</span>`}
      </div>
      <p class="help" id="${key}-help">
        ${words?.help ?? nothing} <code>${key}</code>${range === '' ? nothing : html` · ${range}`}
      </p>
      ${
        wrong.length > 0
          ? html`<div class="error" id="${key}-error" role="alert">
              ${wrong.map((sentence) => html`<p>${sentence}</p>`)}
            </div>`
          : nothing
      }
      ${
        this.differs(field)
          ? html`<button
              type="button"
              class="back"
              aria-label=${`${this.titleOf(field)}: back to ${preset}`}
              @click=${(): void => {
                emit(this, 'lab-reset', key);
              }}
            >
              back to ${words?.options?.[preset] ?? preset}
            </button>`
          : nothing
      }
    </div>`;
  }

  private folded(fields: readonly Field[]): unknown {
    if (fields.length === 0) return nothing;
    const reasons = [...new Set(fields.map(({ key }) => this.unused.get(key) ?? ''))];
    return html`<details class="unused">
      <summary>Not used here: ${fields.map((field) => this.titleOf(field)).join(', ')}</summary>
      ${reasons.map(
        (reason) =>
          html`<p class="reason">${reason}</p>
            ${fields
              .filter(({ key }) => this.unused.get(key) === reason)
              .map((field) => this.row(field))}`,
      )}
    </details>`;
  }

  override render(): unknown {
    return html`<fieldset class="whole" ?disabled=${this.locked}>
      <legend class="visually-hidden">All settings</legend>
      ${SECTIONS.map(({ title, fields }) => {
        const shown = (field: Field): boolean =>
          !this.unused.has(field.key) || this.sentences(field).length > 0;
        return html`<fieldset class="section">
          <legend>${title}</legend>
          ${fields.filter(shown).map((field) => this.row(field))}
          ${this.folded(fields.filter((field) => !shown(field)))}
        </fieldset>`;
      })}
    </fieldset>`;
  }
}
