import { isKindObject } from '../context/attribute-reader.ts';
import type { ResolvedContext } from '../context/context-handle.ts';
import { isPlainObject, isPresent, ownValue } from '../context/plain-object.ts';
import { isPrivateAttribute, privateNamesOf, type PrivateNames } from '../context/private-attributes.ts';
import { hashUnit } from '../hashing/unit.ts';
import { observationLimits } from './observation-limits.ts';
import type { AttributeType, SeenAttribute } from './usage-item.ts';

/** What contexts looked like, for suggestions where rules are written. Bounded, whatever contexts hold. */
export interface SeenAttributes {
  /**
   * Takes in one context; what is private in it is passed over.
   * @param ofClient - names that are private beside those that the context names itself
   */
  readonly observe: (context: ResolvedContext, ofClient: PrivateNames, withValues: boolean) => void;
  /** Hands over what is new since the last report, in as many pieces as it takes. */
  readonly report: (send: (contexts: readonly SeenAttribute[]) => boolean) => void;
  /** Forgets everything, so that what is still seen is told again. */
  readonly clear: () => void;
}

interface SeenValue {
  count: number;
  /** Hashes of the units that had it, as many as it takes to tell it. */
  readonly units: Set<number>;
}

interface Seen {
  readonly kind: string;
  readonly attribute: string;
  readonly types: Set<AttributeType>;
  /** Undefined: there are too many different ones, or one is too long. */
  values: Map<string | boolean, SeenValue> | undefined;
  changed: boolean;
}

/** What the top level holds beside attributes. */
const notAttributes = new Set(['targetingKey', 'kind', 'assignments', 'privateAttributes']);

export function createSeenAttributes(): SeenAttributes {
  const seen = new Map<string, Seen>();

  function find(kind: string, attribute: string): Seen | undefined {
    const name = `${kind} ${attribute}`;
    let found = seen.get(name);
    if (found !== undefined || seen.size >= observationLimits.attributes) return found;
    if (kind.length > observationLimits.nameLength || attribute.length > observationLimits.nameLength) return undefined;
    seen.set(name, (found = { kind, attribute, types: new Set(), values: new Map(), changed: true }));
    return found;
  }

  return {
    observe(context, ofClient, withValues) {
      const names = privateNamesOf(context, ofClient);
      for (const [kind, key] of context.kinds) {
        const holder = kind === context.rootKind ? context.attributes : ownValue(context.attributes, kind);
        if (!isPlainObject(holder)) continue;
        const unit = key === undefined ? undefined : hashUnit(key).h1;
        for (const { attribute, value, type } of attributesOf(kind, holder, context, names)) {
          const found = find(kind, attribute);
          if (found === undefined) continue;
          if (!found.types.has(type)) found.changed = true;
          found.types.add(type);
          if (withValues && unit !== undefined) takeValue(found, value, unit);
        }
      }
    },
    report(send) {
      const changed = [...seen.values()].filter((one) => one.changed);
      for (let start = 0; start < changed.length; start += observationLimits.attributesPerItem) {
        const piece = changed.slice(start, start + observationLimits.attributesPerItem);
        if (!send(piece.map(told))) return;
        for (const one of piece) one.changed = false;
      }
    },
    clear: () => seen.clear(),
  };
}

interface Found {
  readonly attribute: string;
  readonly value: unknown;
  readonly type: AttributeType;
}

/** The attributes of one kind that may be told, those within objects by their paths. */
function* attributesOf(
  kind: string,
  holder: Readonly<Record<string, unknown>>,
  context: ResolvedContext,
  names: PrivateNames,
): Generator<Found> {
  const isRoot = kind === context.rootKind;
  for (const [name, value] of Object.entries(holder)) {
    if (isRoot ? notAttributes.has(name) || isKindObject(value) : name === 'key') continue;
    yield* attributesAt(name.startsWith('/') ? `/${escaped(name)}` : name, value, 1);
  }

  function* attributesAt(attribute: string, value: unknown, level: number): Generator<Found> {
    const type = typeOf(value);
    if (type === undefined || isPrivateAttribute({ contextKind: kind, attribute }, context, names)) return;
    yield { attribute, value, type };
    if (type !== 'object' || level === observationLimits.levels || !isPlainObject(value)) return;
    const start = attribute.startsWith('/') ? attribute : `/${escaped(attribute)}`;
    for (const [name, inner] of Object.entries(value)) yield* attributesAt(`${start}/${escaped(name)}`, inner, level + 1);
  }
}

function escaped(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1');
}

function typeOf(value: unknown): AttributeType | undefined {
  if (!isPresent(value)) return undefined;
  if (Array.isArray(value)) return 'list';
  const type = typeof value;
  return type === 'string' || type === 'number' || type === 'boolean' || type === 'object' ? type : undefined;
}

/** Counts a value as long as the attribute has few: what is different for everybody says something about a person. */
function takeValue(seen: Seen, value: unknown, unit: number): void {
  if (seen.values === undefined || (typeof value !== 'string' && typeof value !== 'boolean')) return;
  const known = seen.values.get(value);
  const isTooMuch =
    known === undefined &&
    ((typeof value === 'string' && value.length > observationLimits.valueLength) ||
      seen.values.size >= observationLimits.valuesPerAttribute);
  if (isTooMuch) {
    seen.values = undefined;
    seen.changed = true;
    return;
  }
  const one = known ?? { count: 0, units: new Set() };
  seen.values.set(value, one);
  one.count++;
  if (one.units.size >= observationLimits.unitsPerValue) return;
  one.units.add(unit);
  if (one.units.size === observationLimits.unitsPerValue) seen.changed = true;
}

function told({ kind, attribute, types, values }: Seen): SeenAttribute {
  const shared = [...(values ?? [])].filter(([, { units }]) => units.size >= observationLimits.unitsPerValue);
  const sorted = shared.toSorted(([, one], [, other]) => other.count - one.count);
  return {
    kind,
    attribute,
    types: [...types],
    ...(sorted.length > 0 && { values: sorted.map(([value, { count }]) => ({ value, count })) }),
  };
}
