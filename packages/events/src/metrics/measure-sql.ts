import type { Measure } from '@stitchd/core';
import type { RowColumns, RowReader, RowWindow } from './row-reader.ts';

const dayMs = 86_400_000;

/** One number per unit, 0 where no event counts. */
export function measureSql(measure: Measure, reader: RowReader, window: RowWindow, row: RowColumns): string {
  switch (measure.type) {
    case 'conversion':
      return `countIf(${reader.selects(measure)} AND ${window.holds}) > 0`;
    case 'count':
      return `toFloat64(countIf(${reader.selects(measure)} AND ${window.holds}))`;
    case 'active-days': {
      const day = `intDiv(${row.atMs} - (${window.start}), ${dayMs})`;
      return `toFloat64(uniqExactIf(${day}, ${reader.selects(measure)} AND ${window.holds}))`;
    }
    case 'distinct-values': {
      const { number, condition } = reader.values(measure);
      return `toFloat64(uniqExactIf(${number}, ${condition} AND ${window.holds}))`;
    }
    case 'sum':
    case 'mean':
    case 'minimum':
    case 'maximum':
    case 'last': {
      const { number, condition } = reader.numbers(measure);
      return numberSql(measure.type, number, `${condition} AND ${window.holds}`, row);
    }
  }
}

function numberSql(
  type: 'sum' | 'mean' | 'minimum' | 'maximum' | 'last',
  number: string,
  condition: string,
  { atMs }: RowColumns,
): string {
  switch (type) {
    case 'sum':
      return `sumIf(${number}, ${condition})`;
    case 'mean':
      return `sumIf(${number}, ${condition}) / greatest(countIf(${condition}), 1)`;
    case 'minimum':
      return `minIf(${number}, ${condition})`;
    case 'maximum':
      return `maxIf(${number}, ${condition})`;
    case 'last':
      // Of several at the same millisecond the largest: rows have no order of their own.
      return `argMaxIf(${number}, (${atMs}, ${number}), ${condition})`;
  }
}
