import { timestampDate, type Timestamp } from '@bufbuild/protobuf/wkt';
import type { ValidationError } from '@stitchd/core';
import { listSides, type ListSide } from '@stitchd/db/segment';
import type { ChangeListKeysRequest } from '@stitchd/proto/segment/v1/segment';
import { refuseInvalid } from '../segments/refuse-invalid.ts';
import { checkKeyCount, checkKeys, noteSome } from './check-keys.ts';
import type { NewKey } from './stored-keys.ts';

/** A change of one side of a list that can be made; each key once. */
export interface KeysChange {
  readonly side: ListSide;
  readonly add: readonly NewKey[];
  readonly remove: readonly string[];
}

/** The last moment that a time may name: the end of the year 9999, beyond which RFC 3339 has no text. */
const lastMs = 253_402_300_799_999;

/** @throws VALIDATION_FAILED naming what is wrong, with the place of each key as the caller has them */
export function readKeysChange({ side: name, add, addKeys, remove }: ChangeListKeysRequest, nowMs: number): KeysChange {
  const errors: ValidationError[] = [];
  const side = listSides.find((one) => one === name);
  if (side === undefined) errors.push({ path: '/side', message: `must be one of ${listSides.join(', ')}` });
  checkKeyCount(add.length + addKeys.length + remove.length, '/add', errors);
  const adding = [
    ...add.map((key): NewKey => ({ key })),
    ...addKeys.map((one) => ({ key: one.key, expiresAt: timeOf(one.expiresAt) })),
  ];
  const keys = adding.map(({ key }) => key);
  checkKeys(keys, '/add', errors);
  checkKeys(remove, '/remove', errors);
  noteSome(adding, '/add', errors, ({ expiresAt }) => whatIsWrong(expiresAt, nowMs), 'expiresAt');
  const once = new Map(adding.map((one) => [one.key, one]));
  const both = remove.findIndex((key) => once.has(key));
  if (both !== -1) errors.push({ path: `/remove/${both}`, message: 'is to be added too' });
  refuseInvalid(errors);
  if (side === undefined) throw new Error('an unknown side is refused');
  return { side, add: [...once.values()], remove: [...new Set(remove)] };
}

function timeOf(timestamp: Timestamp | undefined): Date | undefined {
  return timestamp && timestampDate(timestamp);
}

/** In the past it would be a removal under another name, and most likely it is seconds taken for milliseconds. */
function whatIsWrong(expiresAt: Date | undefined, nowMs: number): string | undefined {
  if (expiresAt === undefined) return undefined;
  const ms = expiresAt.getTime();
  if (!(ms <= lastMs)) return 'is no time before the year 10000';
  return ms > nowMs ? undefined : 'must be in the future';
}
