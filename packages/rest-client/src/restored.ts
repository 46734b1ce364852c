type Primitive = string | number | boolean | bigint | symbol | null | undefined;

/**
 * The type of an answer's data as the generated schemas have it. openapi-fetch maps every object of an answer anew, and takes
 * a `readonly` array for an object with `length`, `map` and the like: here such a thing becomes an array again.
 */
export type Restored<T> = T extends Primitive
  ? T
  : T extends { readonly length: number; readonly [index: number]: infer Item }
    ? readonly Restored<Item>[]
    : T extends object
      ? { readonly [Key in keyof T]: Restored<T[Key]> }
      : T;
