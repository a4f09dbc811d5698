/**
 * Derives apt sources for another suite of the same archive from those that a machine has, so that its
 * mirrors, options and keys are kept and no address need be known here.
 */

/**
 * One-line entries (`deb [options] uri suite component…`) of one suite, moved to another.
 * @param {string} text of `sources.list` files
 * @param {string} from
 * @param {string} to
 */
export function derivedLines(text, from, to) {
  const entry = new RegExp(`^(deb\\s+(?:\\[[^\\]]*\\]\\s+)?\\S+\\s+)${from}(\\s.*)$`);
  return text
    .split('\n')
    .filter((line) => entry.test(line))
    .map((line) => `${line.replace(entry, `$1${to}$2`)}\n`)
    .join('');
}

/**
 * Stanzas in deb822 form that list one suite, moved to another.
 * @param {string} text of `.sources` files
 * @param {string} from
 * @param {string} to
 */
export function derivedStanzas(text, from, to) {
  return text
    .split(/\n\s*\n/)
    .filter(
      (stanza) => /^Types:(?:.*\s)?deb(?:\s|$)/m.test(stanza) && !/^Enabled:\s*no\b/im.test(stanza),
    )
    .filter((stanza) => suites(stanza).includes(from))
    .map((stanza) => `${stanza.replace(/^Suites:.*$/m, `Suites: ${to}`).trim()}\n\n`)
    .join('');
}

/** @param {string} stanza */
function suites(stanza) {
  return (/^Suites:(.*)$/m.exec(stanza)?.[1] ?? '').trim().split(/\s+/);
}
