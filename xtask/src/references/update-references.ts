import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { repositoryRoot } from '../repository.ts';
import { allReferences } from './all-references.ts';
import type { Reference } from './reference.ts';

interface Difference {
  readonly kind: 'missing' | 'out of date' | 'not generated any more';
  readonly file: string;
}

/** What has to change in a folder so that it holds these references and nothing else. */
export function differences(directory: string, references: readonly Reference[]): readonly Difference[] {
  const present = existsSync(directory) ? readdirSync(directory, { recursive: true, encoding: 'utf8' }) : [];
  const names = new Set(references.map((reference) => reference.file));
  const changed = references.flatMap(({ file, text }): Difference[] => {
    if (!present.includes(file)) return [{ kind: 'missing', file }];
    return readFileSync(path.join(directory, file), 'utf8') === text ? [] : [{ kind: 'out of date', file }];
  });
  const superfluous = present.filter((file) => file.endsWith('.md') && !names.has(file));
  return [...changed, ...superfluous.map((file): Difference => ({ kind: 'not generated any more', file }))];
}

/** Writes what differs. */
export function settle(directory: string, references: readonly Reference[], found: readonly Difference[]): void {
  for (const { kind, file } of found) {
    const target = path.join(directory, file);
    if (kind === 'not generated any more') {
      rmSync(target);
      continue;
    }
    mkdirSync(path.dirname(target), { recursive: true });
    writeFileSync(target, references.find((reference) => reference.file === file)?.text ?? '');
  }
}

/** The task: writes docs/reference, or with `--check` says what is out of date and fails. */
export async function updateReferences(args: readonly string[]): Promise<number> {
  const directory = path.join(repositoryRoot, 'docs/reference');
  const references = allReferences();
  const found = differences(directory, references);
  if (args.includes('--check')) {
    for (const { kind, file } of found) console.error(`docs/reference/${file} is ${kind}; run npm run x -- references`);
    return found.length === 0 ? 0 : 1;
  }
  settle(directory, references, found);
  for (const { kind, file } of found) console.log(`docs/reference/${file} was ${kind}`);
  return 0;
}
