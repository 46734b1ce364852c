import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { readConfiguration } from '@stitchd/service-kit';
import { commandSettings } from '../command-settings.ts';
import type { DescribedFlag } from '../flag-types/described-flag.ts';
import { readEnvironmentFlags, readFileFlags, readProjectFlags } from '../flag-types/read-flags.ts';
import { writeFlagTypes } from '../flag-types/write-flag-types.ts';
import { prepareProcess } from '../prepare-process.ts';
import { findProduct, findUrl } from '../seed/find-product.ts';
import { CommandError } from '../terminal/command-error.ts';

export interface FlagTypesOptions {
  readonly project?: string;
  readonly sdkKey?: string;
  readonly file?: string;
  readonly url?: string;
  readonly token?: string;
  readonly out?: string;
  readonly check: boolean;
  /** `--no-augment`: false. */
  readonly augment: boolean;
}

interface Found {
  readonly flags: readonly DescribedFlag[];
  /** What they are the flags of. */
  readonly of: string;
}

/** `stitchd types`: tells TypeScript which flags there are. */
export async function flagTypes(options: FlagTypesOptions): Promise<void> {
  if (options.check && options.out === undefined)
    throw new CommandError('--check compares with a file: name it with --out', 'USAGE');
  const { flags, of } = await findFlags(options);
  const text = writeFlagTypes(flags, { of, augment: options.augment });
  if (options.out === undefined) {
    process.stdout.write(text);
    return;
  }
  const before = await readFile(options.out, 'utf8').catch(() => undefined);
  if (before === text) return report(`${options.out} is up to date: ${flags.length} flags`);
  if (options.check)
    throw new CommandError(
      `${options.out} is ${before === undefined ? 'missing' : `out of date: ${difference(before, text)}`}; run stitchd types without --check`,
    );
  await mkdir(path.dirname(options.out), { recursive: true });
  await writeFile(options.out, text);
  report(`${options.out}: ${flags.length} flags`);
}

async function findFlags(options: FlagTypesOptions): Promise<Found> {
  if (options.file !== undefined) return { flags: await readFileFlags(options.file), of: 'a definitions document' };
  const prepared = prepareProcess(process.env);
  if (options.project !== undefined) {
    const product = findProduct(prepared, options);
    return { flags: await readProjectFlags(product, options.project), of: `project ${options.project}` };
  }
  const sdkKey = options.sdkKey ?? readConfiguration({ key: commandSettings.sdkKey }, prepared.environment).key;
  if (sdkKey === undefined)
    throw new CommandError('whose flags? Give --project, or --sdk-key (also STITCHD_SDK_KEY), or --file', 'USAGE');
  return { flags: await readEnvironmentFlags(findUrl(prepared, options), sdkKey), of: 'an environment' };
}

/** The first line that is not the same, for a reader of a log. */
function difference(before: string, after: string): string {
  const old = before.split('\n');
  const line = after.split('\n').findIndex((text, index) => text !== old[index]);
  return `line ${(line === -1 ? old.length : line) + 1} differs`;
}

function report(line: string): void {
  process.stderr.write(`${line}\n`);
}
