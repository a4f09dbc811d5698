import { describe, expect, test } from 'vitest';
import { derivedLines, derivedStanzas } from '../../../src/cli/environment/apt-sources.mjs';

describe('sources derived for another suite', () => {
  test('keep mirror, options and components of one-line entries of the main suite', () => {
    const text = `# a comment about deb mirror bookworm main
deb mirror:/list bookworm main contrib
deb-src mirror:/list bookworm main
deb [signed-by=/usr/share/keyrings/debian.gpg arch=amd64]  mirror:/list   bookworm main
deb mirror:/list bookworm-updates main
deb mirror:/security bookworm-security main
`;
    expect(derivedLines(text, 'bookworm', 'bookworm-backports'))
      .toBe(`deb mirror:/list bookworm-backports main contrib
deb [signed-by=/usr/share/keyrings/debian.gpg arch=amd64]  mirror:/list   bookworm-backports main
`);
  });

  test('keep all other fields of a stanza that lists the main suite', () => {
    const text = `Types: deb deb-src
URIs: mirror:/list
Suites: bookworm bookworm-updates
Components: main
Signed-By: /usr/share/keyrings/debian.gpg

Types: deb
URIs: mirror:/security
Suites: bookworm-security
Components: main

Enabled: no
Types: deb
URIs: mirror:/other
Suites: bookworm
Components: main

Types: deb-src
URIs: mirror:/sources
Suites: bookworm
Components: main
`;
    expect(derivedStanzas(text, 'bookworm', 'bookworm-backports')).toBe(`Types: deb deb-src
URIs: mirror:/list
Suites: bookworm-backports
Components: main
Signed-By: /usr/share/keyrings/debian.gpg

`);
  });

  test('are empty where the machine does not list the main suite', () => {
    expect(derivedLines('', 'bookworm', 'bookworm-backports')).toBe('');
    expect(derivedStanzas('', 'bookworm', 'bookworm-backports')).toBe('');
  });
});
