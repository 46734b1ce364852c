import { checksumOf, createContextHandle, createReplica, writeDefinitionsDocument } from '@stitchd/core';
import { Stitchd, type AnyFlags } from '@stitchd/sdk';
import type { FixtureEntity, Question } from '../runner/evaluation-fixture.ts';
import { entitiesOf } from './outcome-of.ts';
import { quietLogger } from './quiet-logger.ts';

/** Definitions as `GET /v1/sdk/definitions` answers them. */
function documentOf(definitions: readonly FixtureEntity[]) {
  const replica = createReplica();
  const entities = entitiesOf(definitions);
  replica.apply({ revision: 1, fromRevision: 0, last: true, checksum: checksumOf(entities), entities, removed: [] });
  return writeDefinitionsDocument(replica, 'e-1');
}

/** SDKs without any server, one for each fixture, that begin with its definitions as a document; or with none. */
export async function startOfflineSdk() {
  const start = (definitions: readonly FixtureEntity[] | null) =>
    Stitchd.init<AnyFlags>({
      offline: true,
      waitUntilReadyMs: 0,
      logger: quietLogger,
      ...(definitions !== null && { bootstrap: documentOf(definitions) }),
    });
  let client = await start(null);
  return {
    client: () => client,
    async load(definitions: readonly FixtureEntity[] | null): Promise<void> {
      await client.close();
      client = await start(definitions);
    },
    /** Nobody can be asked: what was answered about lists goes with the context. */
    contextOf: ({ context, memberships }: Pick<Question, 'context' | 'memberships'>) =>
      memberships === undefined ? context : createContextHandle(context, { memberships: new Map(Object.entries(memberships)) }),
  };
}
