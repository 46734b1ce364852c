import { expect, test } from 'vitest';
import { layerPieces } from './layer-pieces.ts';

const slice = (experimentKey: string, ...ranges: readonly [number, number][]) => ({
  experimentKey,
  experimentName: experimentKey,
  experimentState: 'running',
  shareMilliPercent: 0,
  ranges: ranges.map(([from, to]) => ({ from, to })),
});

test('A layer is drawn from end to end, with what is free between what experiments have', () => {
  expect(layerPieces([])).toEqual([{ fromPercent: 0, percent: 100, experiment: undefined }]);
  const pieces = layerPieces([slice('a', [0, 10_000], [60_000, 100_000]), slice('b', [20_000, 25_000])]);
  expect(pieces.map(({ fromPercent, percent, experiment }) => [fromPercent, percent, experiment])).toEqual([
    [0, 10, 'a'],
    [10, 10, undefined],
    [20, 5, 'b'],
    [25, 35, undefined],
    [60, 40, 'a'],
  ]);
});
