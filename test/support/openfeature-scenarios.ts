import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Condition, FlagDefinition, FlagType, JsonValue } from '@stitchd/core';

const repository = fileURLToPath(new URL('../../', import.meta.url));
const folder = path.resolve(repository, process.env['STITCHD_TEST_SHARED'] ?? '../shared', 'standards/openfeature');

/** Whether OpenFeature's published scenarios are at hand; they are no part of the repository. */
export const hasScenarios = existsSync(folder);

/** One scenario with its examples filled in. */
export interface Scenario {
  readonly name: string;
  readonly tags: readonly string[];
  readonly steps: readonly string[];
}

/** Reads what OpenFeature's features use of Gherkin: tags, scenarios, outlines with tables of examples. */
export function readScenarios(feature: string): readonly Scenario[] {
  const scenarios: Scenario[] = [];
  let tags: string[] = [];
  let current: { name: string; tags: readonly string[]; steps: string[] } | undefined;
  let isOutline = false;
  let header: readonly string[] | undefined;
  const put = (values: ReadonlyMap<string, string>): void => {
    if (current === undefined) return;
    const filled = (text: string): string => text.replaceAll(/<([\w ]+)>/g, (whole, name: string) => values.get(name) ?? whole);
    const { name, steps } = current;
    scenarios.push({ name: `${name} ${[...values.values()].join(' ')}`.trim(), tags: current.tags, steps: steps.map(filled) });
  };
  const close = (): void => {
    if (!isOutline) put(new Map());
    current = undefined;
  };
  for (const line of readFileSync(path.join(folder, feature), 'utf8')
    .split('\n')
    .map((each) => each.trim())) {
    const opened = /^Scenario( Outline)?: (.*)$/.exec(line);
    if (line.startsWith('@')) tags = [...(header === undefined ? tags : []), ...line.split(/\s+/)];
    else if (opened !== null) {
      close();
      current = { name: opened[2] ?? '', tags, steps: [] };
      isOutline = opened[1] !== undefined;
      header = undefined;
      tags = [];
    } else if (line.startsWith('Examples:')) {
      header = [];
      tags = [];
    } else if (line.startsWith('|') && header !== undefined) {
      const cells = line.split('|').slice(1, -1).map(unescaped);
      const names = header;
      if (names.length === 0) header = cells;
      else put(new Map(cells.map((cell, index) => [names[index] ?? '', cell])));
    } else if (/^(Given|When|Then|And) /.test(line) && current !== undefined) current.steps.push(line.replace(/^\w+ /, ''));
  }
  close();
  return scenarios;
}

const unescaped = (cell: string): string => cell.trim().replaceAll(String.raw`\"`, '"');

/** The values in quotes of a step that has a form; undefined for another form. */
export function matched(step: string, form: RegExp): readonly string[] | undefined {
  return form.exec(step)?.slice(1);
}

/** A value of a scenario by the name of its type. */
export function valueOf(type: string, text: string): JsonValue {
  switch (type) {
    case 'Boolean':
      return text === 'true';
    case 'Integer':
    case 'Float':
      return Number(text);
    case 'Object':
      return JSON.parse(text.replaceAll(String.raw`\"`, '"')) as JsonValue;
    default:
      return text;
  }
}

interface PublishedFlag {
  readonly variants: Readonly<Record<string, JsonValue>>;
  readonly defaultVariant?: string | null;
  readonly disabled?: boolean;
  readonly contextEvaluator?: string;
}

const ballmer: Condition = { attribute: 'email', op: 'equals', values: ['ballmer@macrosoft.com'] };
/** What the expressions of the flag set say, as conditions. */
const conditions: Readonly<Record<string, { readonly when: Condition; readonly variant: string }>> = {
  "email == 'ballmer@macrosoft.com' ? 'zero' : ''": { when: ballmer, variant: 'zero' },
  "!customer && email == 'ballmer@macrosoft.com' && age > 10 ? 'internal' : ''": {
    when: {
      all: [
        { attribute: 'customer', op: 'equals', values: [false] },
        ballmer,
        { attribute: 'age', op: 'greaterThan', values: [10] },
      ],
    },
    variant: 'internal',
  },
};

/** The published flag set as definitions of Stitchd; flags without a default variant are not asked for by any scenario. */
export function publishedFlags(): readonly FlagDefinition[] {
  const flags = JSON.parse(readFileSync(path.join(folder, 'test-flags.json'), 'utf8')) as Record<string, PublishedFlag>;
  return Object.entries(flags).flatMap(([key, flag]) => {
    if (typeof flag.defaultVariant !== 'string') return [];
    const rule = flag.contextEvaluator === undefined ? undefined : conditions[flag.contextEvaluator];
    if (flag.contextEvaluator !== undefined && rule === undefined) throw new Error(`the expression of ${key} is not known`);
    return {
      key,
      type: typeOf(key, Object.values(flag.variants)),
      archived: false,
      clientVisible: true,
      variants: Object.entries(flag.variants).map(([variant, value]) => ({ key: variant, value })),
      enabled: flag.disabled !== true,
      offVariant: null,
      prerequisites: [],
      targets: [],
      rules: rule === undefined ? [] : [{ id: 'published', when: rule.when, serve: { variant: rule.variant } }],
      defaultServe: { variant: flag.defaultVariant },
    };
  });
}

function typeOf(key: string, [value]: readonly JsonValue[]): FlagType {
  if (key.startsWith('float')) return 'double';
  if (typeof value === 'number') return 'integer';
  return typeof value === 'object' ? 'json' : (typeof value as 'boolean' | 'string');
}
