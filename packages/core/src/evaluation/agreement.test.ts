import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createContextHandle } from '../context/context-handle.ts';
import type { EvaluationContext } from '../context/context.ts';
import { createReplica } from '../replica/replica.ts';
import { checksumOf } from '../replica/checksum.ts';
import { compileDefinitions, recompile } from './compile-definitions.ts';
import type { CompiledDefinitions } from './compiled-definitions.ts';
import type { EvaluationDetails } from './details.ts';
import { evaluateAll } from './evaluate-all.ts';
import { evaluate, evaluateWithTrace } from './evaluate.ts';
import { anyContext, anyEnvironment } from './random-environment.test-support.ts';

const nowMs = Date.UTC(2026, 5);
const memberships = new Map([['a', true]]);

/** Every flag's answer, asked one by one. */
function answers(compiled: CompiledDefinitions, context: EvaluationContext) {
  const entries = [...compiled.flags.keys()].map((key) => {
    return [key, evaluate(compiled, key, context, undefined, undefined, { nowMs, memberships })] as const;
  });
  return Object.fromEntries(entries);
}

test('Plain contexts, handles, traces and all flags at once give the same answers in any environment, cycles included', () => {
  fc.assert(
    fc.property(anyEnvironment, anyContext, (entities, input) => {
      const context = input as EvaluationContext;
      const compiled = compileDefinitions(entities, 1);
      const expected = answers(compiled, context);
      const handle = createContextHandle(context);
      const all: Record<string, EvaluationDetails<unknown>> = {};
      evaluateAll(compiled, context, (flag, details) => void (all[flag.key] = details), { nowMs, memberships });
      for (const [key, details] of Object.entries(expected)) {
        const options = { nowMs, memberships };
        expect(evaluate(compiled, key, handle, undefined, undefined, options)).toEqual(details);
        expect(evaluateWithTrace(compiled, key, context, undefined, undefined, options).details).toEqual(details);
        if (compiled.flags.get(key)?.archived === false) expect(all[key]).toEqual(details);
        else expect(all[key]).toBeUndefined();
        expect(details.reason).toMatch(/^(STATIC|DEFAULT|TARGETING_MATCH|SPLIT|DISABLED|ERROR)$/);
        expect(details.variant === undefined).toBe(details.value === undefined);
      }
    }),
    { seed: 21, numRuns: 600 },
  );
});

test('Definitions that came by changes answer as those that were compiled at once, and name the flags whose answers changed', () => {
  fc.assert(
    fc.property(anyEnvironment, anyEnvironment, anyContext, (first, second, input) => {
      const context = input as EvaluationContext;
      const replica = createReplica();
      const snapshot = { revision: 1, fromRevision: 0, last: true, checksum: checksumOf(first), entities: first, removed: [] };
      expect(replica.apply(snapshot).kind).toBe('applied');
      const before = answers(replica.compiled ?? compileDefinitions([]), context);
      const names = new Set(second.map(({ kind, id }) => `${kind}/${id}`));
      const removed = first.filter(({ kind, id }) => !names.has(`${kind}/${id}`));
      const delta = { revision: 2, fromRevision: 1, last: true, checksum: checksumOf(second), entities: second, removed };
      const outcome = replica.apply(delta);
      const changed = outcome.kind === 'applied' ? outcome.changedFlags : [];
      const after = answers(replica.compiled ?? compileDefinitions([]), context);
      expect(after).toEqual(answers(compileDefinitions(second, 2), context));
      for (const key of Object.keys(after)) if (!changed.includes(key)) expect(after[key]).toEqual(before[key]);
    }),
    { seed: 22, numRuns: 300 },
  );
});

test('What a change does not touch is shared with the definitions before it, and those stay as they were', () => {
  const flag = (key: string, more: object = {}) => ({
    kind: 'flag',
    id: key,
    revision: 1,
    body: JSON.stringify({ key, type: 'boolean', enabled: true, variants: [{ key: 'on', value: true }], ...more }),
  });
  const segment = { kind: 'segment', id: 's', revision: 1, body: '{"key":"s","type":"rule","when":{"all":[]}}' };
  const before = compileDefinitions([flag('one'), flag('two'), segment], 1);
  const after = recompile(before, { entities: [flag('one', { archived: true })], revision: 2 });
  expect(after.flags.get('two')).toBe(before.flags.get('two'));
  expect([after.segments, after.holdouts, after.shards, after.owners, after.referrers]).toEqual([
    before.segments,
    before.holdouts,
    before.shards,
    before.owners,
    before.referrers,
  ]);
  expect(after.segments).toBe(before.segments);
  expect(after.owners).toBe(before.owners);
  expect(after.referrers).toBe(before.referrers);
  expect(before.flags.get('one')?.archived).toBe(false);
  expect(after.flags.get('one')?.archived).toBe(true);
});
