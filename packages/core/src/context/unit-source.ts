import { type HashPair, hashPairInto } from '../hashing/murmur3.ts';
import { internalised } from './internalised.ts';
import { attributeReader, type AttributeReader, type ContextView } from './attribute-reader.ts';
import { unitText } from './unit-text.ts';

/** Which value of a context is a split's unit. */
export interface UnitSource {
  /** Equal for sources that read the same value. */
  readonly id: string;
  readonly contextKind: string;
  /** `undefined`: the kind's key. */
  readonly attribute: string | undefined;
  readonly read: AttributeReader;
}

/** Prepares a unit's source once per definition. */
export function unitSource(contextKind: string, attribute?: string): UnitSource {
  const name = attribute ?? 'key';
  return {
    id: internalised(JSON.stringify([contextKind, name])),
    contextKind,
    attribute,
    read: attributeReader(contextKind, name),
  };
}

/** A unit's text, or `undefined` if it is missing; its hashes are there only after `hashed`. */
export interface Unit extends HashPair {
  text: string | undefined;
  isHashed: boolean;
}

function readInto(source: UnitSource, view: ContextView, into: Unit): void {
  into.isHashed = false;
  into.text = unitText(source.read(view));
}

/** The unit with its hashes, computed on first use: lists in a definition need none. */
export function hashed(unit: Unit): Unit {
  if (!unit.isHashed && unit.text !== undefined) {
    hashPairInto(unit.text, unit);
    unit.isHashed = true;
  }
  return unit;
}

/** Finds a context's units. */
export interface UnitFinder {
  /** Valid until the next call. */
  find(source: UnitSource, view: ContextView): Unit;
}

/** For contexts that the caller may change between evaluations: keeps only the last unit, until `forget`. */
export class LastUnit implements UnitFinder {
  private id = '';
  private readonly unit: Unit = { text: undefined, isHashed: false, h1: 0, h2: 0 };

  find(source: UnitSource, view: ContextView): Unit {
    if (this.id !== source.id) {
      // Nothing is kept should reading throw.
      this.id = '';
      readInto(source, view, this.unit);
      this.id = source.id;
    }
    return this.unit;
  }

  forget(): void {
    if (this.id === '') return;
    this.id = '';
    this.unit.text = undefined;
  }
}

/** For frozen contexts: keeps every unit that was asked for. Bounded by the number of unit sources in the definitions. */
export class KeptUnits implements UnitFinder {
  private lastId = '';
  private last: Unit = { text: undefined, isHashed: false, h1: 0, h2: 0 };
  private readonly units = new Map<string, Unit>();

  find(source: UnitSource, view: ContextView): Unit {
    if (this.lastId === source.id) return this.last;
    let unit = this.units.get(source.id);
    if (unit === undefined) {
      unit = { text: undefined, isHashed: false, h1: 0, h2: 0 };
      readInto(source, view, unit);
      this.units.set(source.id, unit);
    }
    this.lastId = source.id;
    this.last = unit;
    return unit;
  }
}
