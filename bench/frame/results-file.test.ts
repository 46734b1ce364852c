import { expect, test } from 'vitest';
import { renderSection } from './render-section.mjs';
import { withSection } from './results-file.mjs';

test('A section is put in by the order of names, and replaced without touching another', () => {
  const first = withSection('# Results\n', 'fan-out', 'of fan-out');
  const both = withSection(first, 'evaluation', 'of evaluation');
  expect(both.indexOf('of evaluation')).toBeLessThan(both.indexOf('of fan-out'));
  const later = withSection(both, 'evaluation', 'of evaluation, again');
  expect(later).toBe(both.replace('of evaluation', 'of evaluation, again'));
  expect(withSection(later, 'fan-out', 'of fan-out')).toBe(later);
});

test('A row says what is ours, what it is held against, and whether its goal was met', () => {
  const rows = [
    { measure: 'm', ours: 20, reference: 60, referenceName: 'peer', ratio: 3, goal: '≥ 4x', met: false, unit: 'ns' },
    { measure: 'n', ours: 0.1234, unit: 'ms' },
  ];
  const run = { machine: 'a machine', quick: false, seconds: 12.4 };
  expect(renderSection({ name: 'x', title: 'X' }, { rows, notes: ['A note.'] }, run)).toBe(
    [
      '## X',
      '',
      'a machine; `npm run bench -- x`, 12 s.',
      '',
      '| measure | ours | reference | ratio | goal | met |',
      '| --- | --- | --- | --- | --- | --- |',
      '| m | 20 ns | 60 ns (peer) | 3x | ≥ 4x | **no** |',
      '| n | 0.123 ms |  |  |  |  |',
      '',
      'A note.',
    ].join('\n'),
  );
});
