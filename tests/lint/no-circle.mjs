/**
 * No file imports itself by way of others, not for a type either: who reads one of two such files has to read both. The
 * rule of `eslint-plugin-import-x` leaves types out.
 */
import { dirname, relative, resolve } from 'node:path';
import { circleOver, importGraph } from './import-graph.mjs';

/** @type {import('eslint').Rule.RuleModule} */
export const noCircle = {
  meta: {
    type: 'problem',
    schema: [{ type: 'string' }],
    messages: { circle: 'This closes a circle of imports: {{circle}}.' },
  },
  create(context) {
    const [name] = /** @type {readonly string[]} */ (context.options);
    const folder = resolve(context.cwd, name ?? 'src');
    const graph = importGraph(folder);
    /** @param {import('estree').ImportDeclaration | import('estree').ExportNamedDeclaration | import('estree').ExportAllDeclaration} node */
    const check = (node) => {
      const path = node.source?.value;
      if (typeof path !== 'string' || !path.startsWith('.')) return;
      const imported = resolve(dirname(context.filename), path);
      const circle = circleOver(graph, context.filename, imported);
      if (circle === undefined) return;
      const names = circle.map((file) => relative(folder, file));
      context.report({ node, messageId: 'circle', data: { circle: names.join(' → ') } });
    };
    return {
      ImportDeclaration: check,
      ExportNamedDeclaration: check,
      ExportAllDeclaration: check,
    };
  },
};
