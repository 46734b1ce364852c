import { writeChecksum } from './checksum-text.ts';
import { ownValue } from '../context/plain-object.ts';
import type { Replica } from './replica.ts';
import {
  attempt,
  type EntityJson,
  readChecksumField,
  readEntity,
  readJsonObject,
  readList,
  readRevision,
  readText,
  Unusable,
  writeEntity,
} from './replica-json.ts';
import type { ReplicaMessage } from './replica-message.ts';

/** Names the format of a definitions document. A change that readers of it could not follow gets another name. */
export const definitionsFormat = 'stitchd-definitions/1';

/** The whole state of one environment as JSON: what polling answers, and what files and bootstraps hold. */
export interface DefinitionsDocument {
  readonly format: typeof definitionsFormat;
  /** The environment's id. */
  readonly environment: string;
  /** A safe integer, at least 0. */
  readonly revision: number;
  /** Of the whole state, 16 lower-case hex digits. */
  readonly checksum: string;
  readonly entities: readonly EntityJson[];
}

/** What could be read of a document that nobody vouches for. */
export type ReadDefinitionsDocument =
  | { readonly kind: 'ok'; readonly environmentId: string; readonly message: ReplicaMessage }
  | { readonly kind: 'unusable'; readonly why: string };

/** A replica's state as an object that is ready for `JSON.stringify`. */
export function writeDefinitionsDocument(
  replica: Pick<Replica, 'revision' | 'checksum' | 'entities'>,
  environmentId: string,
): DefinitionsDocument {
  return {
    format: definitionsFormat,
    environment: environmentId,
    revision: Number(replica.revision),
    checksum: writeChecksum(replica.checksum),
    entities: Array.from(replica.entities(), writeEntity),
  };
}

/**
 * Reads a document, as JSON text or parsed, into the snapshot that it holds. Never throws, whatever it is given. Fields that
 * are not known are ignored; bodies are not looked into, and whether the checksum is right is for `Replica.apply` to find out.
 */
export function readDefinitionsDocument(input: unknown): ReadDefinitionsDocument {
  return attempt(() => {
    const object = readJsonObject(input);
    if (ownValue(object, 'format') !== definitionsFormat) throw new Unusable(`format must be ${definitionsFormat}`);
    const environmentId = readText(object, 'environment', 'environment');
    const message = {
      revision: readRevision(object, 'revision'),
      fromRevision: 0,
      last: true,
      checksum: readChecksumField(object),
      entities: readList(object, 'entities').map(readEntity),
      removed: [],
    };
    return { kind: 'ok', environmentId, message };
  });
}
