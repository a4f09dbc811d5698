/**
 * `<td ${customProperty('--share', '40%')}>`: sets a custom property through the CSSOM. A style
 * attribute in a template would need 'unsafe-inline' under a content security policy; this does not.
 */
import { noChange } from 'lit';
import { Directive, directive } from 'lit/directive.js';
import type { ElementPart } from 'lit/directive.js';

class CustomProperty extends Directive {
  override update(part: ElementPart, [name, value]: [name: string, value: string]): unknown {
    (part.element as HTMLElement).style.setProperty(name, value);
    return this.render(name, value);
  }

  override render(_name: string, _value: string): unknown {
    return noChange;
  }
}

export const customProperty = directive(CustomProperty);
