/**
 * Entries of a registry (strategies, dynamics, layouts, models) are told apart by what they say of themselves, never by
 * name: code that asks `strategy === 'ewc'` has to be found and changed when the next such strategy comes. A name may
 * stand in the registry, in the entry's own files and in data (presets, published rows, explanations), which the
 * configuration of the linter leaves out.
 *
 * Some names are words that mean other things too (`set`, `dense`); those count where they are compared with, or given
 * to, a field that holds a name.
 */
import { readFileSync } from 'node:fs';
import { dirname, relative, resolve, sep } from 'node:path';
import ts from 'typescript';

/**
 * @typedef {object} Registry
 * @property {string} file from the root: an exported object with a property for each entry
 * @property {string} constant the name of that object
 * @property {string} field of the config that holds a name
 * @property {string} entries a pattern of the files that define entries, from the root; its group is the entry's name
 */

/** What a registered name is called where it is kept or passed on. */
const NAME_HOLDERS = ['name'];

/** Names that are words of their own, by the registry's field. */
const WORDS = new Set(['joint', 'static', 'set', 'dense', 'block', 'channel', 'pattern']);

/** @type {Map<string, string[]>} */
const read = new Map();

/**
 * The names in a registry's file: the keys of its object, without its imports.
 * @param {string} root
 * @param {Registry} registry
 * @returns {string[]}
 */
export function namesIn(root, { file, constant }) {
  const path = resolve(root, file);
  let names = read.get(path);
  if (names === undefined) {
    const source = ts.createSourceFile(file, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest);
    names = keysOf(source, constant);
    if (names.length === 0) throw new Error(`${file}: there is no object ${constant} with entries`);
    read.set(path, names);
  }
  return names;
}

/**
 * Keys of the object that a file gives a constant, whatever is said of its type.
 * @param {ts.SourceFile} source
 * @param {string} constant
 * @returns {string[]}
 */
function keysOf(source, constant) {
  for (const statement of source.statements) {
    if (!ts.isVariableStatement(statement)) continue;
    for (const { name, initializer } of statement.declarationList.declarations) {
      if (!ts.isIdentifier(name) || name.text !== constant || !initializer) continue;
      let value = initializer;
      while (ts.isAsExpression(value) || ts.isSatisfiesExpression(value)) value = value.expression;
      if (!ts.isObjectLiteralExpression(value)) continue;
      return value.properties.flatMap(({ name: key }) =>
        key && (ts.isIdentifier(key) || ts.isStringLiteral(key)) ? [key.text] : [],
      );
    }
  }
  return [];
}

/** @type {import('eslint').Rule.RuleModule} */
export const noEntryNames = {
  meta: {
    type: 'problem',
    schema: [{ type: 'array', items: { type: 'object' } }],
    messages: {
      named: '“{{name}}” is an entry of {{file}}: ask the entry for what matters here.',
      imported: 'This imports an entry of {{file}}: ask the registry for the one that is meant.',
    },
  },
  create(context) {
    const registries = /** @type {readonly Registry[]} */ (context.options[0]);
    const here = relative(context.cwd, context.filename).split(sep).join('/');
    const foreign = registries.filter(
      ({ file, entries }) => here !== file && !new RegExp(entries).test(here),
    );
    const fields = registries.map(({ field }) => field);

    /**
     * @param {import('estree').Node} node
     * @param {string} name
     * @param {(registry: Registry) => boolean} [applies]
     */
    const report = (node, name, applies = () => true) => {
      const owner = foreign.find(
        (registry) => namesIn(context.cwd, registry).includes(name) && applies(registry),
      );
      if (owner === undefined) return;
      context.report({ node, messageId: 'named', data: { name, file: owner.file } });
    };

    return {
      Literal(node) {
        if (typeof node.value !== 'string') return;
        const { parent } = node;
        const name = node.value;
        if (parent.type === 'ImportDeclaration' || parent.type === 'ImportExpression') return;
        if (parent.type === 'Property' && parent.key === node) return;
        // Told as a look-up below.
        if (parent.type === 'MemberExpression') return;
        const beside = besides(node, parent);
        const holds = (/** @type {string[]} */ names) =>
          beside !== undefined && names.includes(beside);
        if (WORDS.has(name) && !holds([...fields, ...NAME_HOLDERS])) return;
        report(node, name, ({ field }) => !fields.some((each) => holds([each])) || holds([field]));
      },
      MemberExpression(node) {
        if (node.object.type !== 'Identifier') return;
        const { name: constant } = node.object;
        const { property } = node;
        const name =
          property.type === 'Identifier' && !node.computed
            ? property.name
            : property.type === 'Literal'
              ? String(property.value)
              : '';
        report(node, name, (registry) => registry.constant === constant);
      },
      ImportDeclaration(node) {
        const path = resolve(dirname(context.filename), String(node.source.value));
        const file = relative(context.cwd, path).split(sep).join('/');
        const owner = foreign.find((each) => {
          const name = new RegExp(each.entries).exec(file)?.[1];
          return name !== undefined && namesIn(context.cwd, each).includes(name);
        });
        if (owner !== undefined) {
          context.report({ node, messageId: 'imported', data: { file: owner.file } });
        }
      },
    };
  },
};

/**
 * The name of what a literal is compared with or given to: of `layout === 'dense'`, `case 'dense'` of a switch over
 * `config.layout`, and `{ layout: 'dense' }` it is `layout`.
 * @param {import('estree').Node} node
 * @param {import('estree').Node} parent
 * @returns {string | undefined}
 */
function besides(node, parent) {
  switch (parent.type) {
    case 'BinaryExpression':
      return nameOf(parent.left === node ? parent.right : parent.left);
    case 'SwitchCase': {
      const { parent: statement } = /** @type {{ parent?: import('estree').Node }} */ (parent);
      return statement?.type === 'SwitchStatement' ? nameOf(statement.discriminant) : undefined;
    }
    case 'Property':
      return nameOf(parent.key);
    default:
      return undefined;
  }
}

/**
 * @param {import('estree').Node} node
 * @returns {string | undefined}
 */
function nameOf(node) {
  if (node.type === 'Identifier') return node.name;
  if (node.type === 'MemberExpression') return nameOf(node.property);
  if (node.type === 'ChainExpression') return nameOf(node.expression);
  return undefined;
}
