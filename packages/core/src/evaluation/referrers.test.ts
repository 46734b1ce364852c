import { expect, test } from 'vitest';
import type { Reference } from '../definitions/references.ts';
import { ReferrersDraft } from './referrers.ts';

const to = (...keys: string[]): readonly Reference[] => keys.map((key) => ({ kind: 'segment', key }));

test('Whoever refers to something is found by it, until it refers to other things; what was before stays as it was', () => {
  const first = new ReferrersDraft(new Map());
  for (const name of ['flag:a', 'flag:b']) first.change(name, [], to('beta', 'staff'));
  const before = first.map;
  expect(before).toEqual(
    new Map([
      ['segment:beta', new Set(['flag:a', 'flag:b'])],
      ['segment:staff', new Set(['flag:a', 'flag:b'])],
    ]),
  );
  const second = new ReferrersDraft(before);
  second.change('flag:a', to('beta', 'staff'), to('beta'));
  second.change('flag:b', to('beta', 'staff'), []);
  second.change('flag:c', [], to('staff'));
  expect(second.map).toEqual(
    new Map([
      ['segment:beta', new Set(['flag:a'])],
      ['segment:staff', new Set(['flag:c'])],
    ]),
  );
  expect(before.get('segment:beta')).toEqual(new Set(['flag:a', 'flag:b']));
  expect(before.get('segment:staff')).toEqual(new Set(['flag:a', 'flag:b']));
});

test('Where nothing changes nothing is copied, and what nobody refers to any more is gone', () => {
  const first = new ReferrersDraft(new Map());
  first.change('flag:a', [], to('beta'));
  const same = new ReferrersDraft(first.map);
  same.change('flag:a', to('beta'), to('beta'));
  expect(same.map).toBe(first.map);
  same.change('flag:a', to('beta'), []);
  expect(same.map).toEqual(new Map());
  same.change('flag:b', [], to('beta'));
  expect(same.map).toEqual(new Map([['segment:beta', new Set(['flag:b'])]]));
});
