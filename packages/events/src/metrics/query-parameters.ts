/** What a parameter of a statement can be: bound by ClickHouse, never part of the text. */
export type QueryParameter = string | number | boolean | readonly string[] | readonly number[];

/** Gathers the parameters of a piece of SQL under names of one prefix, so that pieces can be joined. */
export class QueryParameters {
  readonly #prefix: string;
  readonly #values: Record<string, QueryParameter> = {};

  /** @param prefix - letters, digits and `_`, such as `m0` */
  constructor(prefix: string) {
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(prefix)) throw new RangeError('the prefix of parameters is a plain name');
    this.#prefix = prefix;
  }

  /** How the statement names a value: `{m0_3:String}`; under `name` where one is given, numbered else. */
  bind(type: string, value: QueryParameter, name = String(Object.keys(this.#values).length)): string {
    const parameter = `${this.#prefix}_${name}`;
    this.#values[parameter] = value;
    return `{${parameter}:${type}}`;
  }

  get values(): Readonly<Record<string, QueryParameter>> {
    return this.#values;
  }
}
