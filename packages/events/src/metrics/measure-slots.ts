import type { Measure } from '@stitchd/core';
import { type SlottedMeasure, oneSlot } from './metric-slot.ts';
import type { RowColumns, RowReader, RowWindow } from './row-reader.ts';

const dayMs = 86_400_000;

/** The same number per unit as `measureSql` gives, from slots. */
export function measureSlots(measure: Measure, reader: RowReader, window: RowWindow, row: RowColumns): SlottedMeasure {
  switch (measure.type) {
    case 'conversion':
      return oneSlot('sum', `toFloat64(countIf(${reader.selects(measure)} AND ${window.holds}))`, (events) => `${events} > 0`);
    case 'count':
      return oneSlot('sum', `toFloat64(countIf(${reader.selects(measure)} AND ${window.holds}))`);
    case 'active-days': {
      const day = `toFloat64(intDiv(${row.atMs} - (${window.start}), ${dayMs}))`;
      return oneSlot('list', `groupUniqArrayIf(${day}, ${reader.selects(measure)} AND ${window.holds})`, different);
    }
    case 'distinct-values': {
      const { number, condition } = reader.values(measure);
      // A text as 52 bits of its hash: a Float64 holds no more, and two of a thousand values are alike once in 10^10.
      const told = measure.property === undefined ? number : `toFloat64(bitShiftRight(cityHash64(${number}), 12))`;
      return oneSlot('list', `groupUniqArrayIf(${told}, ${condition} AND ${window.holds})`, different);
    }
    default: {
      const { number, condition } = reader.numbers(measure);
      return numberSlots(measure.type, number, `${condition} AND ${window.holds}`, row);
    }
  }
}

const different = (list: string): string => `toFloat64(length(arrayDistinct(${list})))`;

function numberSlots(
  type: 'sum' | 'mean' | 'minimum' | 'maximum' | 'last',
  number: string,
  condition: string,
  { atMs }: RowColumns,
): SlottedMeasure {
  const finite = (content: string): string => `if(isInfinite(${content}), 0, ${content})`;
  switch (type) {
    case 'sum':
      return oneSlot('sum', `sumIf(${number}, ${condition})`);
    case 'mean':
      return {
        slots: [
          { merge: 'sum', expression: `sumIf(${number}, ${condition})` },
          { merge: 'sum', expression: `toFloat64(countIf(${condition}))` },
        ],
        value: ([sum, count]) => `${sum} / greatest(${count}, 1)`,
      };
    case 'minimum':
      return oneSlot('least', `if(countIf(${condition}) = 0, inf, minIf(${number}, ${condition}))`, finite);
    case 'maximum':
      return oneSlot('most', `if(countIf(${condition}) = 0, -inf, maxIf(${number}, ${condition}))`, finite);
    case 'last': {
      // Times and numbers in turn, each pair the last of a set of events.
      const latest = `argMaxIf((toFloat64(${atMs}), ${number}), (${atMs}, ${number}), ${condition})`;
      const pair = `if(countIf(${condition}) = 0, CAST([], 'Array(Float64)'), [${latest}.1, ${latest}.2])`;
      const pairs = (list: string): string =>
        `arrayMap(place -> (${list}[2 * place - 1], ${list}[2 * place]), range(1, intDiv(length(${list}), 2) + 1))`;
      return oneSlot('list', pair, (list) => `if(empty(${list}), 0, arraySort(${pairs(list)})[-1].2)`);
    }
  }
}
