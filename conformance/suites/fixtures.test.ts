import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { operators } from '@stitchd/core';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { bucketOf, fingerprintOf, unitHashes } from '../generate/bucket.mjs';
import { readEvaluationFixtures } from '../runner/evaluation-fixture.ts';

const read = (file: string): unknown => JSON.parse(readFileSync(new URL(`../${file}`, import.meta.url), 'utf8'));
const filesIn = (folder: string): readonly string[] =>
  readdirSync(new URL(`../${folder}`, import.meta.url)).map((file) => `${folder}/${file}`);

describe.each(['evaluation', 'sync'])('The fixtures in %s', (folder) => {
  const validate = new Ajv2020({ allErrors: true, strict: true, allowUnionTypes: true }).compile(
    read(`schemas/${folder}.schema.json`) as object,
  );

  test.each(filesIn(folder))('%s fits its schema', (file) => {
    expect(validate(read(file)) ? [] : validate.errors).toEqual([]);
  });

  test('A fixture that is not one does not fit the schema', () => {
    const [file = ''] = filesIn(folder);
    expect(validate({ ...(read(file) as object), cases: [{ id: '1' }] })).toBe(false);
    expect(validate({})).toBe(false);
  });
});

test('The fixtures are what the scripts in conformance/generate make', () => {
  const script = fileURLToPath(new URL('../generate/main.mjs', import.meta.url));
  const { status, stderr } = spawnSync(process.execPath, [script, '--check'], { encoding: 'utf8' });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
});

test('The hash by which the fixtures were made gives the frozen vectors', () => {
  const vectors = read('hashing/vectors.json') as readonly {
    readonly unit: string;
    readonly salt: string;
    readonly h1: number;
    readonly h2: number;
    readonly bucket: number;
    readonly fingerprint: string;
  }[];
  expect(vectors.length).toBeGreaterThanOrEqual(100);
  for (const { unit, salt, h1, h2, bucket, fingerprint } of vectors) {
    const made = {
      ...unitHashes(unit),
      bucket: bucketOf(unit, salt),
      fingerprint: fingerprintOf(unit).toString(16).padStart(16, '0'),
    };
    expect(made, JSON.stringify(unit)).toEqual({ h1, h2, bucket, fingerprint });
  }
});

test('Every operator is asked of every type of value, and of none', () => {
  const typeOf = (value: unknown): string => {
    if (value === undefined || value === null) return String(value);
    if (Array.isArray(value)) return 'list';
    if (typeof value !== 'string') return typeof value;
    if (/^\d{4}-\d\d-\d\dT/.test(value)) return 'date';
    return /^v?\d+\.\d+(\.\d+)?/.test(value) ? 'version' : 'string';
  };
  const asked = new Map<string, Set<string>>();
  for (const { definitions, cases } of readEvaluationFixtures()) {
    const operatorOf = new Map(
      (definitions ?? []).map(({ body }) => {
        const { key, rules } = body as { readonly key?: string; readonly rules?: readonly { readonly when?: unknown }[] };
        const when = (rules?.[0]?.when ?? {}) as { readonly attribute?: unknown; readonly op?: unknown };
        return [key, when.attribute === 'value' ? when.op : undefined] as const;
      }),
    );
    for (const { flag, context } of cases) {
      const op = operatorOf.get(flag);
      if (typeof op !== 'string') continue;
      const types = asked.get(op) ?? new Set();
      asked.set(op, types.add(typeOf(context['value'])));
      if (context.privateAttributes !== undefined) types.add('private');
    }
  }
  const wanted = ['boolean', 'list', 'null', 'number', 'object', 'private', 'string', 'undefined', 'date', 'version'];
  const lacking = operators.flatMap((op) =>
    wanted.filter((type) => asked.get(op)?.has(type) !== true).map((type) => `${op}: ${type}`),
  );
  expect(lacking).toEqual([]);
});

test('Questions that name a time name nearly the same, so that one running product can be asked all of them', () => {
  const times = readEvaluationFixtures().flatMap(({ cases }) => cases.flatMap(({ nowMs }) => nowMs ?? []));
  expect(times.length).toBeGreaterThan(0);
  expect(Math.max(...times) - Math.min(...times)).toBeLessThan(1_000);
});
