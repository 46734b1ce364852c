import { requiredMemberships, wellFormed } from '@stitchd/core';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newEnvironment, startSegmentWorld, type SegmentWorld } from './segmentation-service.test-support.ts';

let world: SegmentWorld;
beforeAll(async () => {
  world = await startSegmentWorld({ STITCHD_INTERNAL_DEADLINE: '60s' });
});
afterAll(() => world.stop());

/** So many that a list is too long to travel as it is. */
const fillers = Array.from({ length: 4_097 }, (_, index) => `filler-${index}`);

/** Keys that look alike, that sort strangely, and that UTF-8 and UTF-16 order differently. */
const awkward = [
  'a',
  'A',
  ' a',
  'a ',
  'ä',
  'a\u0308',
  '\ufffd',
  'x\ufffdy',
  '\u{10000}',
  '\uffff',
  '__proto__',
  'constructor',
  '0',
  '00',
  '-0',
  '1e3',
  'k'.repeat(1_024),
];
const key = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...awkward) },
  fc.string({ minLength: 1, maxLength: 12, unit: 'grapheme' }).filter((text) => !text.includes('\0')),
);
const keys = fc.uniqueArray(key, { maxLength: 8 });
const change = fc.record({ side: fc.constantFrom('included', 'excluded'), add: keys, remove: keys });
const lone = ['\ud800', 'x\udc00y', '\0', 'k'.repeat(1_025)];

test('Keys, fingerprints and the check on the server give the same answer, whatever the keys and their changes', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 4 }), keys, async (changes, others) => {
      const { segments, replica, sync, publishFlag, serves } = await newEnvironment(world);
      await segments.createSegment({ key: 'short', type: 'list' });
      await segments.createSegment({ key: 'long', type: 'list', included: fillers, excluded: fillers });
      await segments.createSegment({ key: 'far', type: 'list', exact: true, included: fillers, excluded: fillers });
      for (const list of ['short', 'long', 'far']) await publishFlag(list, `asks-${list}`);
      for (const { side, add, remove } of changes) {
        const removing = remove.filter((one) => !add.includes(one));
        for (const list of ['short', 'long', 'far']) await segments.changeListKeys({ key: list, side, add, remove: removing });
      }
      await sync();
      const forms = [...replica.entities()].flatMap(({ kind, body }) => (kind === 'segment' ? [JSON.parse(body)] : []));
      expect(forms.map(({ included }) => Object.keys(included)[0]).toSorted()).toEqual(['keys', 'remote', 'shards']);
      const probes = [...new Set([...changes.flatMap(({ add, remove }) => [...add, ...remove]), ...others, ...awkward, ...lone])];
      const { answers } = await segments.checkMembership({
        questions: probes.map((probe) => ({ segmentKey: 'far', contextKey: wellFormed(probe) })),
      });
      const checked = answers.map(({ outcome }) => (outcome === 'member' ? 'in' : 'out'));
      expect(probes.map((probe) => serves(probe, 'asks-short'))).toEqual(checked);
      expect(probes.map((probe) => serves(probe, 'asks-long'))).toEqual(checked);
      expect(replica.compiled && requiredMemberships(replica.compiled, 'asks-far', { targetingKey: 'a' })).toHaveLength(1);
    }),
    { numRuns: 6, seed: 11 },
  );
});
