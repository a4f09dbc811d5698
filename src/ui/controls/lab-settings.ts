/**
 * The disclosure with every remaining setting: native controls made from the config's schema, each
 * with its name in the address, its range, and a mark and a way back where it differs from the preset.
 * What is slotted stands below the table.
 */
import { css, html, LitElement, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { live } from 'lit/directives/live.js';
import type { Config, ConfigKey } from '../../lab/config.ts';
import { sections, shortRange } from './config-fields.ts';
import type { Field, FieldProblem } from './config-fields.ts';
import { sharedStyles } from '../style/shared-styles.ts';
import { emit } from '../app/ui-events.ts';

/** The seed stands beside the preset. */
const SECTIONS = sections(['seed']);

@customElement('lab-settings')
export class LabSettings extends LitElement {
  static override styles = [
    sharedStyles,
    css`
      summary {
        display: flex;
        align-items: center;
        gap: var(--space-2);
        min-height: var(--target);
        cursor: pointer;
      }

      summary::before {
        content: '';
        width: 0.4rem;
        height: 0.4rem;
        margin-inline: 0.1rem 0.2rem;
        border: solid currentcolor;
        border-width: 0 1.5px 1.5px 0;
        transform: rotate(-45deg);
        transition: transform var(--quick);
      }

      details[open] summary::before {
        transform: rotate(45deg);
      }

      summary::-webkit-details-marker {
        display: none;
      }

      fieldset {
        margin: 0;
        padding: 0;
        border: 0;
      }

      table {
        width: 100%;
        border-collapse: collapse;
      }

      th,
      td {
        padding: var(--space-2) 0;
        border-top: 1px solid var(--rule);
        text-align: start;
        vertical-align: top;
      }

      th[scope='rowgroup'] {
        padding-top: var(--space-6);
        border-top: 0;
        font: 400 var(--text-body) / 1.3 var(--font-display);
      }

      tbody:first-of-type th[scope='rowgroup'] {
        padding-top: var(--space-2);
      }

      th[scope='row'] {
        padding-right: var(--space-4);
        font-weight: 400;
      }

      td {
        width: 8.5rem;
      }

      label {
        color: var(--ink);
        line-height: 1.4;
      }

      .changed label {
        font-weight: 600;
      }

      .changed label::before {
        content: '•';
        margin-right: var(--space-1);
        color: var(--rubric);
      }

      .hint {
        display: flex;
        flex-wrap: wrap;
        gap: 0 var(--space-3);
        margin-top: 0.125rem;
        color: var(--ink-soft);
        font-size: 0.75rem;
      }

      code {
        font-family: var(--font-code);
      }

      td input[type='number'],
      td select {
        min-height: 2.25rem;
        padding-block: var(--space-1);
      }

      @media (pointer: coarse) {
        td input[type='number'],
        td select {
          min-height: var(--target);
        }
      }

      input[type='checkbox'] {
        width: 1.25rem;
        height: 1.25rem;
        margin: var(--space-2) 0;
      }

      .back {
        min-height: 1.75rem;
        margin-top: var(--space-1);
        padding: 0;
        border: 0;
        background: none;
        color: var(--accent);
        font-size: 0.75rem;
        text-decoration: underline;
        text-underline-offset: 0.2em;
      }
    `,
  ];

  @property({ attribute: false }) config!: Config;
  /** The preset's own config, against which changes are marked. */
  @property({ attribute: false }) base!: Config;
  /** Values as typed that cannot be used, by key. */
  @property({ attribute: false }) problems: ReadonlyMap<ConfigKey, FieldProblem> = new Map();
  /** A run is under way and its config holds still. */
  @property({ type: Boolean }) locked = false;

  private changed(field: Field, event: InputEvent): void {
    const control = event.target as HTMLInputElement | HTMLSelectElement;
    const text =
      control instanceof HTMLInputElement && control.type === 'checkbox'
        ? String(control.checked)
        : control.value;
    emit(this, 'lab-field', { key: field.key, text });
  }

  private control(field: Field): unknown {
    const value = this.config[field.key];
    const change = (event: InputEvent): void => {
      this.changed(field, event);
    };
    const { kind } = field;
    switch (kind.type) {
      case 'switch':
        return html`<input
          id=${field.key}
          type="checkbox"
          .checked=${live(value === true)}
          @change=${change}
        />`;
      case 'choice':
        return html`<select id=${field.key} @change=${change}>
          ${kind.options.map(
            (option) => html`<option .selected=${option === value}>${option}</option>`,
          )}
        </select>`;
      case 'number': {
        const problem = this.problems.get(field.key);
        return html`<input
            id=${field.key}
            type="number"
            inputmode=${kind.whole ? 'numeric' : 'decimal'}
            min=${kind.least}
            max=${kind.most}
            step=${kind.whole ? '1' : 'any'}
            .value=${live(problem?.text ?? String(value))}
            aria-invalid=${problem === undefined ? 'false' : 'true'}
            aria-describedby=${problem === undefined ? `${field.key}-hint` : `${field.key}-error`}
            @change=${change}
          />
          ${
            problem === undefined
              ? nothing
              : html`<p class="error" id="${field.key}-error">${problem.message}</p>`
          }`;
      }
    }
  }

  private row(field: Field): unknown {
    const preset = this.base[field.key];
    const differs = this.config[field.key] !== preset || this.problems.has(field.key);
    return html`<tr class=${differs ? 'changed' : ''}>
      <th scope="row">
        <label for=${field.key}>${field.about}</label>
        <p class="hint">
          <code>${field.key}</code>
          <span id="${field.key}-hint">${shortRange(field.kind)}</span>
        </p>
      </th>
      <td>
        ${this.control(field)}
        ${
          differs
            ? html`<button
                type="button"
                class="back"
                @click=${(): void => {
                  emit(this, 'lab-reset', field.key);
                }}
              >
                back to ${String(preset)}
              </button>`
            : nothing
        }
      </td>
    </tr>`;
  }

  override render(): unknown {
    const changes = SECTIONS.flatMap(({ fields }) => fields).filter(
      ({ key }) => this.config[key] !== this.base[key],
    ).length;
    return html`<details>
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
      <fieldset ?disabled=${this.locked}>
        <legend class="visually-hidden">All settings</legend>
        <table>
          ${SECTIONS.map(
            (section) =>
              html`<tbody>
                <tr>
                  <th scope="rowgroup" colspan="2">${section.title}</th>
                </tr>
                ${section.fields.map((field) => this.row(field))}
              </tbody>`,
          )}
        </table>
      </fieldset>
      <slot></slot>
    </details>`;
  }
}
