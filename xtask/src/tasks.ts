import { updateReferences } from './references/update-references.ts';
import { runScript } from './run-script.ts';
import { buildSite } from './site/build-site.ts';
import { validate } from './validation/validate.ts';

/** Something that `npm run x -- <name>` does. */
export interface Task {
  readonly name: string;
  readonly arguments: string;
  readonly sentence: string;
  /** @returns the exit status */
  readonly run: (args: readonly string[]) => Promise<number>;
}

export const tasks: readonly Task[] = [
  {
    name: 'docs',
    arguments: '',
    sentence: 'Writes the references and builds the documentation site into docs/.vitepress/dist (also `npm run docs`).',
    run: async () => (await updateReferences([])) || buildSite(),
  },
  {
    name: 'references',
    arguments: '[--check]',
    sentence: 'Writes docs/reference from what the product declares; with --check says which pages are out of date.',
    run: updateReferences,
  },
  {
    name: 'generate',
    arguments: '[proto|db|rest] [--check]',
    sentence: 'Writes the generated sources: protocol code, database types, the OpenAPI document and its client.',
    run: (args) => runScript('scripts/codegen.mjs', args),
  },
  {
    name: 'pack',
    arguments: '[folder]',
    sentence:
      'Makes the tarballs of the published packages, in dist/packages where no folder is named, and says how large they are.',
    run: (args) => runScript('scripts/pack.mjs', args),
  },
  {
    name: 'runtimes',
    arguments: '',
    sentence: 'Installs Bun and Deno (200 MB) for itself, and tries the published SDK in them.',
    run: (args) => runScript('scripts/runtimes.mjs', args),
  },
  {
    name: 'validate',
    arguments: '[--fast]',
    sentence:
      'Simulates experiments whose truth is known, fails where a figure leaves its band, and writes docs/guide/trust.md (also `npm run validate`).',
    run: validate,
  },
  {
    name: 'soak',
    arguments: '[--minutes 60]',
    sentence: 'Loads the product at half of what it can for an hour, and says whether its memory stays flat.',
    run: (args) => runScript('bench/soak/run.mjs', args),
  },
  {
    name: 'kill-test',
    arguments: '[--kills 100] [--seed 1]',
    sentence: 'Kills event-service and ClickHouse under load, and compares what was accepted with what is there.',
    run: (args) => runScript('bench/kill-test/run.mjs', args),
  },
  {
    name: 'law',
    arguments: '',
    sentence: 'Applies the dependency law alone, one of the steps of `npm run check`.',
    run: () => runScript('scripts/check.mjs', ['law']),
  },
];

/** The list that `npm run x` prints. */
export function describeTasks(): string {
  const lines = tasks.map((task) => `  ${`${task.name} ${task.arguments}`.trimEnd().padEnd(34)} ${task.sentence}`);
  return ['npm run x -- <task>', '', ...lines].join('\n');
}
