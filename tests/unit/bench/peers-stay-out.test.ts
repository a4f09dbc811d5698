/** What ours is measured beside is a development dependency: nothing that a visitor downloads may import it. */
import { expect, test } from 'vitest';
import manifest from '../../../package.json' with { type: 'json' };

/** The text of every module, by its path from the project's folder on. */
const SOURCES = Object.fromEntries(
  Object.entries(
    import.meta.glob<string>('../../../src/**/*.{ts,mjs,html}', {
      query: '?raw',
      import: 'default',
      eager: true,
    }),
  ).map(([path, text]) => [path.replace('../../../', '/'), text]),
);

const PEER = /^(@jax-js|@tensorflow)\//;
/** `from '…'`, `import '…'` and `import('…')`. */
const IMPORT = /(?:from|import)\s*\(?\s*['"]([^'"]+)['"]/g;

const imports = (text: string): string[] => [...text.matchAll(IMPORT)].map(([, path]) => path!);

test('no peer is a dependency of the app', () => {
  expect(Object.keys(manifest.dependencies).filter((name) => PEER.test(name))).toEqual([]);
  const development = Object.keys(manifest.devDependencies).filter((name) => PEER.test(name));
  expect(development.length).toBeGreaterThan(1);
});

test('peers are imported by the benchmarks’ stacks alone', () => {
  const importing = Object.keys(SOURCES).filter((path) =>
    imports(SOURCES[path]!).some((imported) => PEER.test(imported)),
  );
  expect(importing.length).toBeGreaterThan(1);
  for (const path of importing) expect(path).toContain('/src/bench/stacks/');
});

test('the benchmarks are imported by their own command, and by the page that measures a device', () => {
  const importing = Object.keys(SOURCES).filter(
    (path) =>
      !path.includes('/src/bench/') &&
      imports(SOURCES[path]!).some((imported) => imported.includes('/bench/')),
  );
  expect(importing.length).toBeGreaterThan(1);
  for (const path of importing) {
    expect(path).toMatch(/\/src\/cli\/bench-[a-z-]+\.ts$|\/src\/ui\/benchmark\/[a-z-]+\.ts$/);
  }
});

/** Everything that a module imports, directly or through others, that is part of this project. */
function reached(from: string, seen = new Set<string>()): ReadonlySet<string> {
  if (seen.has(from)) return seen;
  seen.add(from);
  for (const imported of imports(SOURCES[from] ?? '')) {
    if (imported.startsWith('.')) reached(new URL(imported, `file://${from}`).pathname, seen);
  }
  return seen;
}

test('what a visitor’s device is measured with reaches no peer', () => {
  const found = reached('/src/bench/device/worker.ts');
  expect(found.size).toBeGreaterThan(20);
  for (const path of found) {
    expect(imports(SOURCES[path] ?? '').filter((imported) => PEER.test(imported))).toEqual([]);
  }
});
