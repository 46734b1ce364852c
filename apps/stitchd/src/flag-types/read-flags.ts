import { readFile } from 'node:fs/promises';
import { flagTypes, readDefinitionsDocument, type FlagDefinition, type JsonValue } from '@stitchd/core';
import { answered, createRestClient } from '@stitchd/rest-client';
import type { DescribedFlag } from './described-flag.ts';
import { CommandError } from '../terminal/command-error.ts';

const pageSize = 200;
const timeoutMs = 30_000;

/** The flags of a project that are not archived, asked over REST with an API token. */
export async function readProjectFlags(
  product: { readonly url: string; readonly token: string },
  project: string,
): Promise<readonly DescribedFlag[]> {
  const rest = createRestClient({ url: product.url, token: () => product.token });
  const flags: DescribedFlag[] = [];
  let cursor: string | undefined;
  do {
    const page = await answered(
      rest.GET('/v1/projects/{project}/flags', {
        params: { path: { project }, query: { limit: pageSize, ...(cursor !== undefined && { cursor }) } },
      }),
    );
    for (const { key, type, name, description, variants } of page.items)
      flags.push({ key, type, description: sentenceOf(name, description), variants: variants as DescribedFlag['variants'] });
    cursor = page.next_cursor ?? undefined;
  } while (cursor !== undefined);
  return flags;
}

function sentenceOf(name: string, description: string): string {
  return description === '' ? name : `${name}: ${description}`;
}

/** The flags of an SDK key's environment, asked as an SDK would. */
export async function readEnvironmentFlags(url: string, sdkKey: string): Promise<readonly DescribedFlag[]> {
  const response = await fetch(`${url.replace(/\/+$/, '')}/v1/sdk/definitions`, {
    headers: { 'x-stitchd-sdk-key': sdkKey },
    signal: AbortSignal.timeout(timeoutMs),
  }).catch((cause: unknown) => {
    throw new CommandError(`${url} does not answer`, 'UNREACHABLE', { cause });
  });
  const text = await response.text();
  if (!response.ok) throw new CommandError(`${url} refuses the definitions (HTTP ${response.status}): is it a server key?`);
  return flagsIn(text, url);
}

/** The flags of a definitions document in a file. */
export async function readFileFlags(file: string): Promise<readonly DescribedFlag[]> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new CommandError(`${file} can not be read`, 'FAILED', { cause });
  });
  return flagsIn(text, file);
}

function flagsIn(text: string, from: string): readonly DescribedFlag[] {
  const read = readDefinitionsDocument(text);
  if (read.kind === 'unusable') throw new CommandError(`${from} holds no definitions: ${read.why}`);
  const flags: DescribedFlag[] = [];
  for (const { kind, body } of read.message.entities) {
    if (kind !== 'flag') continue;
    const flag = describedIn(body, from);
    if (flag !== undefined) flags.push(flag);
  }
  return flags;
}

/** Archived flags are gone; one of a type that a newer server knows can't be asked for. */
function describedIn(body: string, from: string): DescribedFlag | undefined {
  const { key, type, archived, variants } = parsed(body, from);
  if (typeof key !== 'string' || archived === true || !flagTypes.some((known) => known === type)) return undefined;
  const named = Array.isArray(variants) ? variants.filter((variant) => typeof variant?.key === 'string') : [];
  return {
    key,
    type: type as DescribedFlag['type'],
    description: '',
    variants: named.map((variant) => ({ key: variant.key, value: (variant.value ?? null) as JsonValue })),
  };
}

function parsed(body: string, from: string): Partial<FlagDefinition> {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null ? value : {};
  } catch (cause) {
    throw new CommandError(`${from} holds a flag that is no JSON`, 'FAILED', { cause });
  }
}
