import { expect, test } from 'vitest';
import { compileDefinitions, recompile } from './compile-definitions.ts';

const secret = 'A'.repeat(43);
const entity = (id: string, body: unknown, revision = 1) => ({ kind: 'environment', id, revision, body: JSON.stringify(body) });

test("An environment's signing secret is read, replaced and withdrawn with its entity", () => {
  const first = compileDefinitions([entity('e-1', { key: 'environment', signingSecret: secret })], 1);
  expect(first).toMatchObject({ signingSecret: secret, environmentId: 'e-1', problems: [] });
  const unrelated = recompile(first, { entities: [], revision: 2 });
  expect(unrelated.signingSecret).toBe(secret);
  const rotated = recompile(first, {
    entities: [entity('e-1', { key: 'environment', signingSecret: 'B'.repeat(43) })],
    revision: 2,
  });
  expect(rotated.signingSecret).toBe('B'.repeat(43));
  const removed = recompile(rotated, { entities: [], removed: [{ kind: 'environment', id: 'e-1' }], revision: 3 });
  expect([removed.signingSecret, removed.environmentId]).toEqual([undefined, undefined]);
});

test('A secret that is none is a problem of the environment, and flags are served all the same', () => {
  for (const body of [{}, [], 7, { signingSecret: 'short' }, { signingSecret: `${secret}=` }, { signingSecret: 7 }]) {
    const compiled = compileDefinitions([entity('e-1', body)], 1);
    expect(compiled.signingSecret, JSON.stringify(body)).toBeUndefined();
    expect(compiled.problems.map(({ kind }) => kind)).toEqual(['environment']);
    expect(JSON.stringify(compiled.problems)).not.toContain(secret);
  }
});
