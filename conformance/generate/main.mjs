// Writes the fixtures, or says whether they are what would be written: node conformance/generate/main.mjs [--check]
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { conditionFixtures } from './evaluation/conditions.mjs';
import { flagFixtures } from './evaluation/flags.mjs';
import { operatorFixtures } from './evaluation/operators.mjs';
import { segmentFixtures } from './evaluation/segments.mjs';
import { splitFixtures } from './evaluation/splits.mjs';
import { toleranceFixtures } from './evaluation/tolerance.mjs';
import { syncFixtures } from './sync/sync.mjs';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');

const evaluation = [
  ...flagFixtures,
  ...operatorFixtures,
  ...conditionFixtures,
  ...segmentFixtures,
  ...splitFixtures,
  ...toleranceFixtures,
];

/** One entity and one case a line, so that a change shows as the lines that it changes. Other than ASCII is escaped. */
function textOf(fixture) {
  const line = (value) =>
    JSON.stringify(value).replaceAll(/[^ -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
  const list = (items) => `[\n${items.map((item) => `    ${line(item)}`).join(',\n')}\n  ]`;
  const fields = Object.entries(fixture).map(
    ([name, value]) => `  ${line(name)}: ${Array.isArray(value) ? list(value) : line(value)}`,
  );
  return `{\n${fields.join(',\n')}\n}\n`;
}

const folders = ['evaluation', 'sync'];

/** File names with what they hold. */
export function filesOfFixtures() {
  const files = new Map();
  for (const [index, { name, title, definitions, cases }] of evaluation.entries()) {
    const number = String(index + 1).padStart(3, '0');
    const numbered = cases.map((one, at) => ({ ...one, id: `${number}-${String(at + 1).padStart(3, '0')}` }));
    files.set(`evaluation/${number}-${name}.json`, textOf({ title, definitions, cases: numbered }));
  }
  for (const [index, { name, title, steps }] of syncFixtures.entries())
    files.set(`sync/${String(index + 1).padStart(3, '0')}-${name}.json`, textOf({ title, steps }));
  return files;
}

function written(folder) {
  return readdirSync(path.join(root, folder)).map((name) => `${folder}/${name}`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const files = filesOfFixtures();
  const read = (file) => readFileSync(path.join(root, file), 'utf8');
  for (const folder of folders) mkdirSync(path.join(root, folder), { recursive: true });
  const present = folders.flatMap(written);
  const stale = [
    ...present.filter((file) => !files.has(file)),
    ...[...files].filter(([file, text]) => !present.includes(file) || read(file) !== text).map(([file]) => file),
  ];
  if (process.argv.includes('--check')) {
    for (const file of stale) console.error(`conformance/${file} is not what conformance/generate makes`);
    process.exitCode = stale.length === 0 ? 0 : 1;
  } else {
    for (const file of stale) {
      if (files.has(file)) writeFileSync(path.join(root, file), files.get(file));
      else rmSync(path.join(root, file));
    }
    console.log(`${files.size} files, ${stale.length} of them changed`);
  }
}
