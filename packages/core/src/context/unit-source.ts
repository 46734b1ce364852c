import { type HashPair, hashPairInto } from '../hashing/murmur3.ts';
import { remembering } from './bounded-memo.ts';
import { maxRememberedUnitLength } from './context-limits.ts';
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

const keysOfKinds = remembering((contextKind): UnitSource => ({
  id: internalised(JSON.stringify([contextKind, 'key'])),
  contextKind,
  attribute: undefined,
  read: attributeReader(contextKind, 'key'),
}));

/** Prepares a unit's source once per definition. */
export function unitSource(contextKind: string, attribute?: string): UnitSource {
  if (attribute === undefined) return keysOfKinds(contextKind);
  const id = internalised(JSON.stringify([contextKind, attribute]));
  return { id, contextKind, attribute, read: attributeReader(contextKind, attribute) };
}

/** A unit's text, or `undefined` if it is missing; its hashes are there only after `hashed`. */
export interface Unit extends HashPair {
  text: string | undefined;
  isHashed: boolean;
  /** What the hashes are of. */
  hashedText: string;
}

function emptyUnit(): Unit {
  return { text: undefined, isHashed: false, hashedText: '', h1: 0, h2: 0 };
}

function readInto(source: UnitSource, view: ContextView, into: Unit): void {
  into.isHashed = false;
  into.text = unitText(source.read(view));
}

/** Whether two texts are equal, with a look at their ends first: most that differ do so there, and comparing all costs more. */
function areEqual(one: string, other: string): boolean {
  const last = one.length - 1;
  return last === other.length - 1 && one.charCodeAt(last) === other.charCodeAt(last) && one === other;
}

/** The unit with its hashes, computed on first use: lists in a definition need none. */
export function hashed(unit: Unit): Unit {
  if (!unit.isHashed && unit.text !== undefined) {
    if (!areEqual(unit.text, unit.hashedText)) {
      hashPairInto(unit.text, unit);
      unit.hashedText = unit.text;
    }
    unit.isHashed = true;
  }
  return unit;
}

/** Finds a context's units. */
export interface UnitFinder {
  /** Valid until the next call. */
  find(source: UnitSource, view: ContextView): Unit;
}

/**
 * For contexts that the caller may change between evaluations: keeps only the last unit, until `forget`. The hashes of the
 * last text are kept beyond that, since applications tend to ask several flags about one subject in a row.
 */
export class LastUnit implements UnitFinder {
  private source: UnitSource | undefined = undefined;
  private readonly unit = emptyUnit();

  find(source: UnitSource, view: ContextView): Unit {
    if (this.source !== source) {
      // Nothing is kept should reading throw.
      this.source = undefined;
      readInto(source, view, this.unit);
      this.source = source;
    }
    return this.unit;
  }

  forget(): void {
    if (this.source === undefined) return;
    this.source = undefined;
    const { unit } = this;
    unit.text = undefined;
    if (unit.hashedText.length > maxRememberedUnitLength) unit.hashedText = '';
  }
}

/** For frozen contexts: keeps every unit that was asked for. Bounded by the number of unit sources in the definitions. */
export class KeptUnits implements UnitFinder {
  private lastSource: UnitSource | undefined = undefined;
  private last = emptyUnit();
  private readonly units = new Map<string, Unit>();

  find(source: UnitSource, view: ContextView): Unit {
    return this.lastSource === source ? this.last : this.findOther(source, view);
  }

  private findOther(source: UnitSource, view: ContextView): Unit {
    let unit = this.units.get(source.id);
    if (unit === undefined) {
      unit = emptyUnit();
      readInto(source, view, unit);
      this.units.set(source.id, unit);
    }
    this.lastSource = source;
    this.last = unit;
    return unit;
  }
}
