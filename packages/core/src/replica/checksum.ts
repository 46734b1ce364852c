import type { Entity } from '../definitions/entity.ts';
import { type HashPair, hashPairInto } from '../hashing/murmur3.ts';

/**
 * XOR over entities of both murmur3 hashes of `kind ‖ 0 ‖ id ‖ 0 ‖ body`, the first in the high half. XOR lets a change be
 * taken in without the rest of the state.
 */
export class Checksum {
  private high: number;
  private low: number;
  private readonly pair: HashPair = { h1: 0, h2: 0 };

  constructor(start?: Checksum) {
    this.high = start?.high ?? 0;
    this.low = start?.low ?? 0;
  }

  /** Adds an entity, or takes it out again: the same operation. */
  toggle({ kind, id, body }: Pick<Entity, 'kind' | 'id' | 'body'>): void {
    hashPairInto(`${kind}\u0000${id}\u0000${body}`, this.pair);
    this.high ^= this.pair.h1;
    this.low ^= this.pair.h2;
  }

  /** 0…2^64−1. */
  get value(): bigint {
    return (BigInt(this.high >>> 0) << 32n) | BigInt(this.low >>> 0);
  }
}

/** The checksum of a whole state, 0…2^64−1. */
export function checksumOf(entities: Iterable<Pick<Entity, 'kind' | 'id' | 'body'>>): bigint {
  const checksum = new Checksum();
  for (const entity of entities) checksum.toggle(entity);
  return checksum.value;
}
