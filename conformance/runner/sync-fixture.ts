import { readdirSync, readFileSync } from 'node:fs';
import type { ReplicaMessageJson } from '@stitchd/core';
import type { Outcome, Question } from './evaluation-fixture.ts';

/** One message, what becomes of it, and the state after it. */
export interface SyncStep {
  readonly says: string;
  readonly message: ReplicaMessageJson;
  readonly outcome: 'applied' | 'pending' | 'gap' | 'checksum-mismatch';
  /** Keys of the flags that may answer differently, sorted; left out where it is not said. */
  readonly changedFlags?: readonly string[];
  /** Of the state after the message. */
  readonly revision: number;
  readonly checksum: string;
  readonly evaluations: readonly (Question & { readonly expect: Outcome })[];
}

export interface SyncFixture {
  readonly name: string;
  readonly title: string;
  readonly steps: readonly SyncStep[];
}

const folder = new URL('../sync/', import.meta.url);

/** All sync fixtures, in their order. */
export function readSyncFixtures(): readonly SyncFixture[] {
  const files = readdirSync(folder).filter((file) => file.endsWith('.json'));
  return files.toSorted().map((file) => ({
    name: file.replace(/\.json$/, ''),
    ...(JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as Omit<SyncFixture, 'name'>),
  }));
}
