import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';

const opening = `# Results of the benchmarks

Written by \`npm run bench\`, each section by its own benchmark. Absolute figures move by two to four times between a busy and a
quiet moment of a machine; ratios were taken in one run in which the contestants took turns.
`;

/** @param {string} name */
function marks(name) {
  return { begin: `<!-- begin ${name} -->`, end: `<!-- end ${name} -->` };
}

/**
 * The text of the file with one benchmark's section put in, or replaced where it is there; no other is touched. Sections are in
 * the order of their names, so that it does not matter which was written first.
 *
 * @param {string} text
 * @param {string} name
 * @param {string} section
 */
export function withSection(text, name, section) {
  const { begin, end } = marks(name);
  const block = `${begin}\n\n${section}\n\n${end}\n`;
  const from = text.indexOf(begin);
  const to = text.indexOf(end);
  if (from >= 0 && to > from) return `${text.slice(0, from)}${block}${text.slice(to + end.length).replace(/^\n/, '')}`;
  const later = [...text.matchAll(/^<!-- begin ([\w-]+) -->$/gm)].find(([, other = '']) => other > name);
  if (later === undefined) return `${text.trimEnd()}\n\n${block}`;
  return `${text.slice(0, later.index)}${block}\n${text.slice(later.index)}`;
}

/** @param {string} file @param {string} name @param {string} section */
export function writeSection(file, name, section) {
  const before = existsSync(file) ? readFileSync(file, 'utf8') : opening;
  writeFileSync(`${file}.new`, withSection(before, name, section));
  renameSync(`${file}.new`, file);
}
