import { expect, test } from 'vitest';
import { wrongIn } from './files.mjs';

// Put together from parts, so that this file passes the check that it tests.
const cases = [
  ['a.ts', `const a = 1;\n// ${'oxlint'}-disable-next-line\n`, 'a.ts:2: holds a comment that suppresses a check'],
  ['a.ts', `// @ts-${'ignore'}\n`, 'a.ts:1: holds a comment that suppresses a check'],
  ['a.md', `see /${'home'}/ada/work`, "a.md:1: holds a folder of somebody's machine"],
  ['a.md', `${'<'.repeat(7)} HEAD\n`, 'a.md:1: holds an unresolved merge'],
  ['a.json', '{\r\n}', 'a.json:1: holds a tab or a carriage return'],
] as const;

test.each(cases)('%s with %j is refused', (file, text, message) => {
  expect(wrongIn(file, text)).toEqual([message]);
});

test.each([
  ['STYLE.md', `No \`@ts-${'ignore'}\`.`],
  ['a.ts', "const home = '/homepage';\n"],
  ['Makefile', '\tall'],
])('%s with %j is left alone', (file, text) => {
  expect(wrongIn(file, text)).toEqual([]);
});
