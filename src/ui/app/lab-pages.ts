/**
 * The pages behind the links of the masthead. The lab stays where it is when another page is shown, so that a run
 * goes on; the other pages are fetched when they are first asked for. Runs that end are kept.
 */
import { css, html, LitElement, nothing } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import type { Recording } from '../../lab/recording/recording.ts';
import { sharedStyles } from '../style/shared-styles.ts';
import type { LabApp } from './lab-app.ts';
import './lab-app.ts';

interface Page {
  /** What the address has behind `#`, up to a slash. */
  readonly name: string;
  readonly load: () => Promise<unknown>;
  readonly render: (rest: string) => unknown;
}

const PAGES: readonly Page[] = [
  {
    name: 'runs',
    load: () => import('../runs/lab-runs.ts'),
    render: () => html`<lab-runs></lab-runs>`,
  },
  {
    name: 'device',
    load: () => import('../benchmark/lab-benchmark.ts'),
    render: () => html`<lab-benchmark></lab-benchmark>`,
  },
  {
    name: 'glossary',
    load: () => import('../explain/lab-glossary.ts'),
    render: (word) => html`<lab-glossary .word=${word}></lab-glossary>`,
  },
];

@customElement('lab-pages')
export class LabPages extends LitElement {
  static override styles = [
    sharedStyles,
    css`
      .notice {
        margin-bottom: var(--space-4);
      }
    `,
  ];

  @state() private page: Page | null = null;
  /** What follows the page's name in the address. */
  @state() private rest = '';
  @state() private problem = '';
  /** Pages that have been fetched. */
  private readonly loaded = new Set<string>();

  override connectedCallback(): void {
    super.connectedCallback();
    addEventListener('hashchange', this.follow);
    this.follow();
  }

  override disconnectedCallback(): void {
    removeEventListener('hashchange', this.follow);
    super.disconnectedCallback();
  }

  /** Counts changes of page. A page that has been fetched is shown only if no other was asked for meanwhile. */
  private turns = 0;

  private readonly follow = (): void => {
    const [name = '', rest = ''] = location.hash.slice(1).split('/', 2);
    const page = PAGES.find((each) => each.name === name) ?? null;
    for (const link of document.querySelectorAll('nav a')) {
      const here = link.getAttribute('href') === (page ? `#${page.name}` : '#');
      if (here) link.setAttribute('aria-current', 'page');
      else link.removeAttribute('aria-current');
    }
    void this.open(page, rest);
  };

  private async open(page: Page | null, rest: string): Promise<void> {
    const turn = ++this.turns;
    if (page && !this.loaded.has(page.name)) {
      try {
        await page.load();
        this.loaded.add(page.name);
        if (turn !== this.turns) return;
      } catch {
        if (turn !== this.turns) return;
        this.problem = 'This page could not be fetched. Is the network there?';
        return;
      }
    }
    this.problem = '';
    const turned = page !== this.page;
    this.page = page;
    this.rest = rest;
    if (turned && this.hasUpdated) scrollTo({ top: 0 });
  }

  private get lab(): LabApp {
    return this.renderRoot.querySelector('lab-app')!;
  }

  private async keep(recording: Recording): Promise<void> {
    try {
      const { keepRun } = await import('../runs/run-store.ts');
      const kept = await keepRun(recording);
      this.problem = kept.ok ? '' : kept.message;
    } catch {
      this.problem = 'This run could not be kept: part of the page could not be fetched.';
    }
  }

  override render(): unknown {
    const { page } = this;
    return html`
      ${this.problem === '' ? nothing : html`<p class="error notice" role="alert">${this.problem}</p>`}
      <lab-app
        ?hidden=${page !== null}
        @lab-run-ended=${(event: HTMLElementEventMap['lab-run-ended']): void => {
          void this.keep(event.detail);
        }}
      ></lab-app>
      ${
        page === null
          ? nothing
          : html`<div
              @lab-open-recording=${(event: HTMLElementEventMap['lab-open-recording']): void => {
                this.lab.show(event.detail);
                location.hash = '';
              }}
              @lab-open-setup=${(event: HTMLElementEventMap['lab-open-setup']): void => {
                this.lab.prepare(event.detail);
                location.hash = '';
              }}
            >
              ${page.render(this.rest)}
            </div>`
      }
    `;
  }
}
