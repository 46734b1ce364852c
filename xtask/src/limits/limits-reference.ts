import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { code, page, prose, table } from '../references/markdown.ts';
import type { Reference } from '../references/reference.ts';
import { repositoryRoot } from '../repository.ts';
import { readLimits } from './read-limits.ts';

const folders = ['packages', 'services', 'apps'];

/** The files that declare limits: `limits.ts` and `…-limits.ts`, and the same in plain JavaScript. */
function limitFiles(): readonly string[] {
  return folders
    .flatMap((folder) =>
      readdirSync(path.join(repositoryRoot, folder)).flatMap((part) =>
        ['src', 'engine'].flatMap((sources) => filesBelow(path.join(folder, part, sources))),
      ),
    )
    .filter((file) => /(^|[/-])limits\.(ts|mjs)$/.test(file))
    .toSorted();
}

function filesBelow(folder: string): readonly string[] {
  try {
    return readdirSync(path.join(repositoryRoot, folder), { recursive: true, encoding: 'utf8' }).map((file) =>
      path.join(folder, file),
    );
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
}

/** Every limit, timeout and default that the parts declare, from the files that declare them. */
export function limitsReference(): Reference {
  const sections = limitFiles().flatMap((file) => {
    const limits = readLimits(readFileSync(path.join(repositoryRoot, file), 'utf8'));
    if (limits.length === 0) return [];
    const rows = limits.map(({ name, value, meaning }) => [code(name), code(value), prose(meaning)]);
    return [
      `## ${path.dirname(file).replace(/\/src$/, '')}\n\nDeclared in \`${file}\`.\n\n${table(['Limit', 'Value', 'Meaning'], rows)}`,
    ];
  });
  return {
    file: 'limits.md',
    text: page(
      'Limits',
      'the files that declare limits',
      'Every queue, cache, page, body, retry and loop has a limit that is written down in one place of its part. A name that ends in `Ms` is in milliseconds, in `Seconds` in seconds, in `Bytes` in bytes. What an operator can choose is under [environment variables](./environment-variables.md).',
      ...sections,
    ),
  };
}
