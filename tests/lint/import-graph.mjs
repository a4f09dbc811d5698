/**
 * Which file of a folder imports which, types included, for the rules beside this that look beyond one file. Read once
 * for a run of the linter. Modules that are imported when they are needed (`import()`) are not among them: they may
 * come back to whoever asked for them.
 */
import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

/** Import and export declarations that name a file beside or above them. */
const DECLARATION = /^(?:import|export)\b[^;'"]*?(?:from\s+)?'(\.{1,2}\/[^']+)';/gm;

/** @typedef {ReadonlyMap<string, readonly string[]>} ImportGraph absolute path of a file to those of its imports */

/** @type {Map<string, ImportGraph>} */
const graphs = new Map();

/**
 * @param {string} folder absolute
 * @returns {ImportGraph}
 */
export function importGraph(folder) {
  let graph = graphs.get(folder);
  if (graph === undefined) {
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts'))
      .map((file) => join(folder, file));
    graph = new Map(files.map((file) => [file, importsOf(file, readFileSync(file, 'utf8'))]));
    graphs.set(folder, graph);
  }
  return graph;
}

/**
 * Files that `text`, the text of `file`, imports.
 * @param {string} file absolute
 * @param {string} text
 * @returns {string[]}
 */
export function importsOf(file, text) {
  return [...text.matchAll(DECLARATION)].map(([, path = '']) =>
    resolve(dirname(file), path.replace(/\?.*$/, '')),
  );
}

/**
 * The shortest way from `start` back to itself over `first`, which it imports; undefined where there is none.
 * @param {ImportGraph} graph
 * @param {string} start
 * @param {string} first
 * @returns {string[] | undefined} files in order, `start` at both ends
 */
export function circleOver(graph, start, first) {
  /** @type {Map<string, string>} */
  const reachedFrom = new Map([[first, start]]);
  for (const file of reachedFrom.keys()) {
    if (file === start) break;
    for (const next of graph.get(file) ?? []) {
      if (!reachedFrom.has(next)) reachedFrom.set(next, file);
    }
  }
  if (!reachedFrom.has(start)) return undefined;
  const circle = [start];
  for (let at = reachedFrom.get(start); at !== undefined && at !== start;) {
    circle.unshift(at);
    at = reachedFrom.get(at);
  }
  return [start, ...circle];
}
