type Search = Readonly<Record<string, unknown>>;

/** A text of an address; absent where it is empty, so that it leaves the address. */
export function text<const Name extends string>(search: Search, name: Name): { [_ in Name]?: string } {
  const value = search[name];
  return typeof value === 'string' && value !== '' ? ({ [name]: value } as { [_ in Name]?: string }) : {};
}

/** One of the values that an address may have there; absent where it is any other. */
export function choice<const Name extends string, const Value extends string>(
  search: Search,
  name: Name,
  values: readonly Value[],
): { [_ in Name]?: Value } {
  const value = values.find((known) => known === search[name]);
  return value === undefined ? {} : ({ [name]: value } as { [_ in Name]?: Value });
}
