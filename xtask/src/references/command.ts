import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { repositoryRoot } from '../repository.ts';
import { page } from './markdown.ts';
import type { Reference } from './reference.ts';

const commands = [
  [],
  ['start'],
  ['serve'],
  ['stores'],
  ['migrate'],
  ['rebuild-derived'],
  ['event-replicas'],
  ['event-replicas', 'list'],
  ['event-replicas', 'forget'],
  ['seed'],
  ['doctor'],
  ['types'],
  ['import'],
  ['export'],
  ['demo'],
  ['demo', 'cookie-cats'],
];

function helpOf(words: readonly string[]): string {
  const program = path.join(repositoryRoot, 'apps/stitchd/bin/stitchd.js');
  const result = spawnSync(process.execPath, [program, ...words, '--help'], {
    encoding: 'utf8',
    env: { ...process.env, COLUMNS: '110' },
  });
  if (result.status !== 0) throw new Error(`stitchd ${words.join(' ')} --help failed: ${result.stderr}`);
  return result.stdout.trimEnd();
}

/** The help of `stitchd` and of each of its commands, as it prints it. */
export function commandReference(): Reference {
  const sections = commands.map((words) => `## ${['stitchd', ...words].join(' ')}\n\n\`\`\`text\n${helpOf(words)}\n\`\`\``);
  return {
    file: 'command.md',
    text: page(
      'The stitchd command',
      'its own help',
      'In a clone of the repository it is called `npx stitchd`, after `npm run build`; `npm start` is `stitchd start`.',
      ...sections,
    ),
  };
}
