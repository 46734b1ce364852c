import type { Schemas } from '@stitchd/rest-client';
import { expect, test } from 'vitest';
import { holdoutPatchOf, newHoldoutOf, newHoldoutValues, valuesOf } from './holdout-values.ts';

const holdout = {
  key: 'half-year',
  name: 'Half a year',
  description: '',
  state: 'running',
  unitKind: 'user',
  shareMilliPercent: 5_000,
  exceptFlagKeys: [],
  metricKeys: ['revenue'],
  endsAt: '2027-01-01T00:00:00Z',
} as unknown as Schemas['Holdout'];

test('A share typed in percent is sent in thousandths of a percent, and no end where none was chosen', () => {
  const made = newHoldoutOf({ ...newHoldoutValues, key: 'h', sharePercent: '2.5' });
  expect(made).toMatchObject({ key: 'h', name: 'h', unitKind: 'user', shareMilliPercent: 2_500 });
  expect(made).not.toHaveProperty('endsAt');
  expect(newHoldoutOf({ ...newHoldoutValues, key: 'h', endsOn: '2027-06-30' }).endsAt).toBe('2027-06-30T00:00:00Z');
});

test('Only what somebody changed is sent, so that what is fixed can stay on the form', () => {
  const values = valuesOf(holdout);
  expect(holdoutPatchOf(values, holdout)).toEqual({ name: 'Half a year', description: '' });
  expect(holdoutPatchOf({ ...values, metricKeys: ['revenue', 'clicks'] }, holdout)).toMatchObject({
    metricKeys: ['revenue', 'clicks'],
  });
  expect(holdoutPatchOf({ ...values, endsOn: '' }, holdout)).toMatchObject({ endsAt: null });
  expect(holdoutPatchOf({ ...values, sharePercent: 4 }, holdout)).toMatchObject({ shareMilliPercent: 4_000 });
});
