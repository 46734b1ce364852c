/** How a property is compared. Each is false where the property is missing, or of another type than the value. */
export const propertyOperators = ['=', '!=', '<', '<=', '>', '>=', 'in', 'contains', 'exists'] as const;

export type PropertyOperator = (typeof propertyOperators)[number];

/** What a property can be compared with. */
export type PropertyValue = string | number | boolean;

/** A statement about one property; its path is names joined by dots, such as `cart.total`; see `propertyPath`. */
export type PropertyCondition =
  /** The same text, number or truth value, or a different one of the same type. */
  | { readonly property: string; readonly operator: '=' | '!='; readonly value: PropertyValue }
  /** Numbers only. */
  | { readonly property: string; readonly operator: '<' | '<=' | '>' | '>='; readonly value: number }
  /** Equal to one of them. */
  | { readonly property: string; readonly operator: 'in'; readonly values: readonly PropertyValue[] }
  /** A text with this text in it, or a list with an item equal to it; upper and lower case differ. */
  | { readonly property: string; readonly operator: 'contains'; readonly value: PropertyValue }
  /** There, and not null. */
  | { readonly property: string; readonly operator: 'exists' };

/** Which items count, by their properties. An empty `all` is true, an empty `any` false. */
export type PropertyFilter =
  | { readonly all: readonly PropertyFilter[] }
  | { readonly any: readonly PropertyFilter[] }
  | { readonly not: PropertyFilter }
  | PropertyCondition;
