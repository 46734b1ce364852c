/**
 * Remembers ids that were stored lately, to tell senders how many of their items had been seen before. It decides nothing:
 * what is stored twice is counted once when it is read. Of each id 64 mixed bits are kept, in tables of fixed size: as texts in
 * sets they took a fifth of the time of a batch.
 */
export class RecentIds {
  readonly #capacity: number;
  #newer: IdTable;
  #older: IdTable;

  /** @param capacity - ids of all environments together that are remembered at least; at most twice as many are kept */
  constructor(capacity: number) {
    this.#capacity = capacity;
    this.#newer = new IdTable(capacity);
    this.#older = new IdTable(capacity);
  }

  /**
   * Remembers ids of an environment.
   * @param ids - UUIDs in their canonical form
   * @returns how many of them were known
   */
  add(environmentId: string, ids: readonly string[]): number {
    const seed = mixed(uuidWord(environmentId, lastDigits), uuidWord(environmentId, middleDigits));
    let known = 0;
    for (const id of ids) {
      const low = mixed(uuidWord(id, lastDigits) ^ seed, uuidWord(id, firstDigits));
      const high = mixed(uuidWord(id, middleDigits) ^ low, seed);
      const isNew = this.#newer.add(low, high);
      if (!isNew || this.#older.has(low, high)) known++;
      if (this.#newer.count >= this.#capacity) this.#turn();
    }
    return known;
  }

  #turn(): void {
    [this.#newer, this.#older] = [this.#older, this.#newer];
    this.#newer.clear();
  }
}

/** Pairs of 32 bits by open addressing; at most half of the places are taken. */
class IdTable {
  readonly #words: Uint32Array;
  readonly #mask: number;
  count = 0;

  constructor(capacity: number) {
    const places = 2 ** Math.ceil(Math.log2(2 * capacity + 2));
    this.#words = new Uint32Array(2 * places);
    this.#mask = places - 1;
  }

  has(low: number, high: number): boolean {
    return this.#words[2 * this.#placeOf(low, high)] !== 0;
  }

  /** @returns false where it was there already */
  add(low: number, high: number): boolean {
    const place = 2 * this.#placeOf(low, high);
    if (this.#words[place] !== 0) return false;
    this.#words[place] = low;
    this.#words[place + 1] = high;
    this.count++;
    return true;
  }

  clear(): void {
    this.#words.fill(0);
    this.count = 0;
  }

  /** Where the pair is, or the free place where it belongs. */
  #placeOf(low: number, high: number): number {
    const words = this.#words;
    let place = high & this.#mask;
    while (words[2 * place] !== 0 && (words[2 * place] !== low || words[2 * place + 1] !== high))
      place = (place + 1) & this.#mask;
    return place;
  }
}

/** Mixes two words of 32 bits (the finaliser of MurmurHash3); never 0, which marks a free place. */
function mixed(one: number, other: number): number {
  let word = Math.imul(one ^ Math.imul(other, 0x9e3779b1), 0x85ebca6b);
  word = Math.imul(word ^ (word >>> 13), 0xc2b2ae35);
  word = (word ^ (word >>> 16)) >>> 0;
  return word === 0 ? 1 : word;
}

/** Which digits of a UUID's text make a word: of its time, then of what is random in it. */
const firstDigits = [5, 6, 7, 9, 10, 11, 12, 15];
const middleDigits = [16, 17, 19, 20, 21, 22, 24, 25];
const lastDigits = [28, 29, 30, 31, 32, 33, 34, 35];

function uuidWord(uuid: string, digits: readonly number[]): number {
  let word = 0;
  for (let index = 0; index < 8; index++) {
    const code = uuid.charCodeAt(digits[index] as number);
    // '0' to '9', else 'a' to 'f'.
    word = (word << 4) | (code <= 0x39 ? code - 0x30 : code - 0x57);
  }
  return word;
}
