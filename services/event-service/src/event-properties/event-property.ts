import type { AttributeType } from '@stitchd/core';

/** A property that events of a key have, or may have. */
export interface EventProperty {
  /** As filters name it: `cart.total`. */
  readonly path: string;
  readonly types: ReadonlySet<AttributeType>;
  readonly values: readonly (string | number | boolean)[];
}

/** The path to a name below another; see `propertyPath`. */
export function pathBelow(parent: string | undefined, name: string): string {
  const written = name.replaceAll(/[\\.]/g, '\\$&');
  return parent === undefined ? written : `${parent}.${written}`;
}
