import type { Schemas } from '@stitchd/rest-client';

type Attribute = Schemas['ContextAttributes']['items'][number];

export interface SeenAttributes {
  readonly kinds: readonly string[];
  /** Names of a kind's attributes. */
  readonly names: (kind: string) => readonly string[];
  /** Frequent values of an attribute. */
  readonly values: (kind: string, attribute: string) => readonly string[];
  /** Why an attribute is suspicious; undefined where it was seen, or nothing of its kind is known. */
  readonly warning: (kind: string, attribute: string) => string | undefined;
}

/** @param isCut - there are attributes that are not among these */
export function seenAttributes(items: readonly Attribute[], isCut: boolean): SeenAttributes {
  const ofKind = (kind: string) => items.filter((item) => item.kind === kind);
  return {
    kinds: [...new Set(items.map(({ kind }) => kind))],
    names: (kind) => ofKind(kind).map(({ attribute }) => attribute),
    values: (kind, attribute) => ofKind(kind).find((item) => item.attribute === attribute)?.values ?? [],
    warning(kind, attribute) {
      const known = ofKind(kind);
      const isKey = attribute === 'key' || attribute === 'targetingKey' || attribute === '';
      if (isCut || isKey || known.length === 0 || known.some((item) => item.attribute === attribute)) return undefined;
      return `No context of kind ${kind} had the attribute ${attribute} in the last 90 days.`;
    },
  };
}

/** The attributes that a condition asks for, with their kinds. */
export function attributesOf(condition: Schemas['Condition']): readonly { readonly kind: string; readonly attribute: string }[] {
  if ('all' in condition) return condition.all.flatMap(attributesOf);
  if ('any' in condition) return condition.any.flatMap(attributesOf);
  if ('not' in condition) return attributesOf(condition.not);
  if ('attribute' in condition) return [{ kind: condition.kind ?? 'user', attribute: condition.attribute }];
  return [];
}
