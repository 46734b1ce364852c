import { expect, test } from 'vitest';
import { createContextHandle } from '../context/context-handle.ts';
import type { ExposureSource } from '../evaluation/details.ts';
import { assignmentsPayload, heldAssignments } from './assignments.ts';
import { tokenLimits } from './token-limits.ts';
import type { AssignmentsPayload } from './token-payload.ts';

const issued = { environmentId: 'e-1', expiresAtMs: 9_000 };

function answer(splitId: string, variant: string, changes: Partial<ExposureSource> = {}) {
  const exposure: ExposureSource = {
    flagKey: 'f',
    variant,
    ruleId: undefined,
    splitId,
    iterationId: 'it-1',
    holdout: undefined,
    coveredBy: [],
    sticky: true,
    contextKind: 'user',
    attribute: undefined,
    ...changes,
  };
  return { exposure };
}

const user = (targetingKey: string, more: object = {}) => createContextHandle({ targetingKey, ...more });
const device = { device: { key: 'd-1' } };

function kept(context: ReturnType<typeof user>, answers: Parameters<typeof assignmentsPayload>[1], before?: AssignmentsPayload) {
  const payload = assignmentsPayload(context, answers, before, issued);
  if (payload === undefined) throw new Error('there is something to keep');
  return payload;
}

test('What sticky splits gave is kept with the units that they gave it to; other splits are not', () => {
  const answers = [
    answer('s-1', 'on'),
    answer('s-2', 'big', { contextKind: 'org', attribute: 'account' }),
    answer('s-3', 'on', { sticky: false }),
    answer('s-4', 'on', { iterationId: undefined }),
    answer('s-5', 'on', { contextKind: 'absent' }),
    { exposure: undefined },
  ];
  expect(kept(user('u-1', { org: { key: 'o', account: 7 } }), answers)).toEqual({
    v: 1,
    env: 'e-1',
    exp: 9_000,
    units: { user: 'u-1', 'org/account': '7' },
    a: { 's-1': ['it-1', 'on', 'user'], 's-2': ['it-1', 'big', 'org/account'] },
  });
  expect(assignmentsPayload(user('u-1'), answers.slice(2), undefined, issued)).toBeUndefined();
});

test('Assignments hold for their own units alone', () => {
  const payload = kept(user('u-1', device), [answer('s-1', 'on'), answer('s-2', 'on', { contextKind: 'device' })]);
  expect(Object.keys(heldAssignments(payload, user('u-1', device)))).toEqual(['s-1', 's-2']);
  expect(Object.keys(heldAssignments(payload, user('u-2', device)))).toEqual(['s-2']);
  expect(Object.keys(heldAssignments(payload, user('u-1')))).toEqual(['s-1']);
  expect(heldAssignments(payload, user('u-2'))).toEqual({});
});

test('A visitor who signs in on the same device keeps the variants; the next one to sign in there does not get them', () => {
  const visitor = kept(user('d-1', { anonymous: true, ...device }), [answer('s-1', 'on')]);
  const anna = user('anna', device);
  expect(heldAssignments(visitor, anna)).toEqual({ 's-1': { iterationId: 'it-1', variant: 'on' } });
  expect(heldAssignments(visitor, user('anna', { device: { key: 'd-2' } }))).toEqual({});
  const signedIn = kept(anna, [answer('s-1', 'on')], visitor);
  expect(signedIn).toMatchObject({ units: { user: 'anna', device: 'd-1' } });
  expect(heldAssignments(signedIn, user('bert', device))).toEqual({});
});

test('What was held before stays, and what was given anew wins', () => {
  const before = kept(user('u-1'), [answer('s-1', 'old'), answer('s-2', 'old')]);
  const after = kept(user('u-1'), [answer('s-1', 'new')], before);
  expect(after.a).toEqual({ 's-1': ['it-1', 'new', 'user'], 's-2': ['it-1', 'old', 'user'] });
});

test('Units beyond the limit, and keys that are too long for a token, are left out', () => {
  const kinds = Array.from({ length: tokenLimits.units }, (_, index) => `k${index}`);
  const context = user('u', Object.fromEntries([...kinds.map((kind) => [kind, { key: 'x' }]), ['device', { key: 'd' }]]));
  const payload = kept(
    context,
    kinds.map((kind) => answer(kind, 'on', { contextKind: kind })),
  );
  expect(Object.keys(payload.units)).toHaveLength(tokenLimits.units);
  expect(payload.units['device']).toBe('d');
  const long = user('u'.repeat(tokenLimits.textLength + 1));
  expect(assignmentsPayload(long, [answer('s-1', 'on')], undefined, issued)).toBeUndefined();
});

test('Units that are private are not in a token, and their splits are not kept', () => {
  const context = user('u-1', { email: 'e', ...device, privateAttributes: ['email', 'device'] });
  const answers = [
    answer('s-1', 'on'),
    answer('s-2', 'on', { attribute: 'email' }),
    answer('s-3', 'on', { contextKind: 'device' }),
  ];
  expect(kept(context, answers)).toMatchObject({ units: { user: 'u-1' }, a: { 's-1': ['it-1', 'on', 'user'] } });
  expect(JSON.stringify(kept(context, answers))).not.toMatch(/s-2|s-3|d-1/);
  const issuedPrivately = { ...issued, privateNames: new Set(['key']) };
  expect(assignmentsPayload(user('u-1'), [answer('s-1', 'on')], undefined, issuedPrivately)).toBeUndefined();
});
