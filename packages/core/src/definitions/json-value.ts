/** A value that JSON can carry. Numbers are IEEE doubles; `undefined`, functions and cycles have no place in it. */
export type JsonValue = string | number | boolean | null | readonly JsonValue[] | { readonly [name: string]: JsonValue };
