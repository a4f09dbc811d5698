/**
 * Formulas as native MathML, which browsers set by themselves: the tree of `notation.ts` as templates. Each formula
 * is read once.
 */
import { html, mathml, type TemplateResult } from 'lit';
import { parseFormula, type MathNode } from './notation.ts';

const read = new Map<string, MathNode>();

/** A whole formula; `display` gives it a line of its own. */
export function formula(text: string, display = false): TemplateResult {
  let tree = read.get(text);
  if (!tree) read.set(text, (tree = parseFormula(text)));
  const inside = template(tree);
  return display ? html`<math display="block">${inside}</math>` : html`<math>${inside}</math>`;
}

function template(node: MathNode): TemplateResult {
  return 'text' in node ? token(node) : group(node);
}

function token({ tag, text }: Extract<MathNode, { text: string }>): TemplateResult {
  switch (tag) {
    case 'mi':
      return mathml`<mi>${text}</mi>`;
    case 'mn':
      return mathml`<mn>${text}</mn>`;
    case 'mo':
      return mathml`<mo>${text}</mo>`;
    case 'mtext':
      return mathml`<mtext>${text}</mtext>`;
  }
}

function group({ tag, children }: Exclude<MathNode, { text: string }>): TemplateResult {
  const inside = children.map(template);
  switch (tag) {
    case 'mrow':
      return mathml`<mrow>${inside}</mrow>`;
    case 'msub':
      return mathml`<msub>${inside}</msub>`;
    case 'msup':
      return mathml`<msup>${inside}</msup>`;
    case 'msubsup':
      return mathml`<msubsup>${inside}</msubsup>`;
    case 'munder':
      return mathml`<munder>${inside}</munder>`;
    case 'munderover':
      return mathml`<munderover>${inside}</munderover>`;
    case 'mfrac':
      return mathml`<mfrac>${inside}</mfrac>`;
    case 'msqrt':
      return mathml`<msqrt>${inside}</msqrt>`;
    case 'mover':
      return mathml`<mover accent="true">${inside}</mover>`;
  }
}
