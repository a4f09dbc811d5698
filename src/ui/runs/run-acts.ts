/** What the parts of the page of runs ask of it: one typed event that bubbles out of shadow roots. */
import type { SortKey } from './run-columns.ts';

export type RunAct =
  | { readonly act: 'open' | 'again' | 'export' | 'delete' | 'restore'; readonly id: string }
  | { readonly act: 'rename'; readonly id: string; readonly name: string }
  | { readonly act: 'pin'; readonly id: string; readonly on: boolean }
  /** Into the comparison or out of it. */
  | { readonly act: 'choose'; readonly id: string; readonly on: boolean }
  | { readonly act: 'sort'; readonly key: SortKey }
  | { readonly act: 'empty-bin' };

declare global {
  interface HTMLElementEventMap {
    'lab-run-act': CustomEvent<RunAct>;
  }
}

export function ask(from: Element, detail: RunAct): void {
  from.dispatchEvent(new CustomEvent('lab-run-act', { detail, bubbles: true, composed: true }));
}
