import { z } from 'zod';

/**
 * A setting that an operator can choose: one environment variable, its type, its default and a sentence.
 * The documentation's table is generated from these, so nothing about a variable is written anywhere else.
 */
export interface Setting<T> {
  readonly variable: string;
  readonly description: string;
  /** How the default reads in the documentation; absent where there is none. */
  readonly defaultText: string | undefined;
  readonly secret: boolean;
  readonly parse: (text: string | undefined) => T;
}

export type Settings = Readonly<Record<string, Setting<unknown>>>;
export type Configuration<S extends Settings> = { readonly [K in keyof S]: S[K] extends Setting<infer T> ? T : never };

interface Declared<T> {
  readonly variable: string;
  readonly description: string;
  readonly default?: T;
  readonly secret?: boolean;
}

function make<T>(declared: Declared<T>, schema: z.ZodType<T, string>, show: (value: T) => string = String): Setting<T> {
  return {
    variable: declared.variable,
    description: declared.description,
    defaultText: declared.default === undefined ? undefined : show(declared.default),
    secret: declared.secret ?? false,
    parse(text) {
      if (text === undefined || text === '') {
        if ('default' in declared) return declared.default as T;
        throw new Error('is required and has no default');
      }
      const parsed = schema.safeParse(text);
      if (!parsed.success) throw new Error(parsed.error.issues.map((issue) => issue.message).join('; '));
      return parsed.data;
    },
  };
}

function wholeNumber(low: number, high: number): z.ZodType<number, string> {
  return z
    .string()
    .regex(/^\d+$/, `must be a whole number from ${low} to ${high}`)
    .transform(Number)
    .refine((value) => value >= low && value <= high, `must be a whole number from ${low} to ${high}`);
}

/** A TCP port; 0 lets the system choose one. */
export function portSetting(declared: Declared<number>): Setting<number> {
  return make(declared, wholeNumber(0, 65_535));
}

/** A count or an amount within limits, both inclusive. */
export function numberSetting(declared: Declared<number> & { readonly low: number; readonly high: number }): Setting<number> {
  return make(declared, wholeNumber(declared.low, declared.high));
}

const unitMs = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** A duration in milliseconds, written as `250ms`, `30s`, `15m`, `1h` or `7d`. */
export function durationSetting(declared: Declared<number>): Setting<number> {
  const schema = z
    .string()
    .regex(/^\d+(ms|s|m|h|d)$/, 'must be a duration such as 250ms, 30s, 15m, 1h or 7d')
    .transform((text) => {
      const [, amount = '0', unit = 'ms'] = /^(\d+)(\w+)$/.exec(text) ?? [];
      return Number(amount) * unitMs[unit as keyof typeof unitMs];
    });
  return make(declared, schema, durationText);
}

export function durationText(milliseconds: number): string {
  for (const unit of ['d', 'h', 'm', 's'] as const) {
    if (milliseconds >= unitMs[unit] && milliseconds % unitMs[unit] === 0) return `${milliseconds / unitMs[unit]}${unit}`;
  }
  return `${milliseconds}ms`;
}

export function textSetting(declared: Declared<string>): Setting<string> {
  return make(declared, z.string() as z.ZodType<string, string>);
}

/** A text that may be left out. */
export function optionalTextSetting(declared: Omit<Declared<string>, 'default'>): Setting<string | undefined> {
  return make<string | undefined>({ ...declared, default: undefined }, z.string() as z.ZodType<string | undefined, string>);
}

export function choiceSetting<const C extends readonly string[]>(
  declared: Declared<C[number]> & { readonly choices: C },
): Setting<C[number]> {
  const message = `must be one of ${declared.choices.join(', ')}`;
  const schema = z.string().refine((text) => declared.choices.includes(text), message);
  return make(declared, schema as unknown as z.ZodType<C[number], string>);
}

/** `true` or `false`. */
export function switchSetting(declared: Declared<boolean>): Setting<boolean> {
  const schema = z
    .string()
    .regex(/^(true|false)$/, 'must be true or false')
    .transform((text) => text === 'true');
  return make(declared, schema);
}
