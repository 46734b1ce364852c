import {
  metricEventKeys,
  metricParts,
  metricWindow,
  type Measure,
  type MetricCap,
  type MetricDefinition,
  type MetricWindow,
} from '@stitchd/core';
import { funnelLevel, funnelSlots } from './funnel-sql.ts';
import { measureSlots } from './measure-slots.ts';
import { measureSql } from './measure-sql.ts';
import { oneSlot, type SlottedMeasure } from './metric-slot.ts';
import { QueryParameters, type QueryParameter } from './query-parameters.ts';
import { type RowColumns, rowReader, rowWindow, usualRow } from './row-reader.ts';

/**
 * What a column holds of a unit.
 * - `share`: 1 or 0
 * - `number`: a finite number
 * - `numerator`, `denominator`: the parts of a ratio
 * - `level`: how many steps of a funnel it did, in order; the last one counts
 * - `values`: the numbers of all its events, for a quantile over events
 */
export type MetricColumnRole = 'share' | 'number' | 'numerator' | 'denominator' | 'level' | 'values';

/** One aggregate over the rows of a unit. */
export interface MetricColumn {
  readonly name: string;
  readonly role: MetricColumnRole;
  /** An aggregate expression, for a SELECT that groups by the unit. */
  readonly expression: string;
  /** What bounds it, if the definition says so. */
  readonly cap?: MetricCap;
  /** The same in parts that new events add to. */
  readonly slotted: () => SlottedMeasure;
  /** The same without the cap, under another name, where a cap is applied: for what the cap takes away. */
  readonly uncapped?: { readonly name: string; readonly expression: string };
}

export interface MetricSql {
  readonly columns: readonly MetricColumn[];
  /** Only rows of these events count: a source may leave out the others. */
  readonly eventKeys: readonly string[];
  readonly parameters: Readonly<Record<string, QueryParameter>>;
  /** Whether the rows' `properties` are read. */
  readonly readsProperties: boolean;
}

export interface MetricSqlOptions {
  /** Begins the names of columns and parameters: letters, digits and `_`, such as `m0`. */
  readonly name: string;
  /** How the rows' columns are called where they are used; see `usualRow`. */
  readonly row?: RowColumns;
  /** When events count, relative to a unit's `first_ms`; left out: as the metric says. Both may be below 0: before it. */
  readonly window?: MetricWindow;
  /** Expression of the moment, in epoch milliseconds, at which windows without an end of their own end. */
  readonly periodEnd: string;
  /** By column: what it is capped at. A cap by value applies by itself; one by quantile only when it is given here. */
  readonly caps?: Readonly<Record<string, number>>;
}

/**
 * A metric as aggregates per unit, over rows `(event, value, properties, at_ms)`, each of a unit with `first_ms`, both times in
 * epoch milliseconds. A row without an event (`event = ''`, from an outer join) counts for nothing, so a unit without events
 * has 0 (no values, level 0) in every column.
 */
export function metricSql(definition: MetricDefinition, options: MetricSqlOptions): MetricSql {
  const parameters = new QueryParameters(options.name);
  const row = options.row ?? usualRow;
  const reader = rowReader(row, parameters);
  const window = rowWindow(options.window ?? metricWindow(definition), options.periodEnd, row, parameters);
  const measured = (measure: Measure, name: string, role?: MetricColumnRole): MetricColumn => {
    const expression = measureSql(measure, reader, window, row);
    const usual = measure.type === 'conversion' ? 'share' : 'number';
    const column = { name, role: role ?? usual, expression, slotted: () => measureSlots(measure, reader, window, row) };
    return 'cap' in measure && measure.cap !== undefined ? capped(column, measure.cap, options, parameters) : column;
  };
  const columns = ((): readonly MetricColumn[] => {
    const { name } = options;
    switch (definition.type) {
      case 'ratio':
        return [
          measured(definition.numerator, `${name}_numerator`, 'numerator'),
          measured(definition.denominator, `${name}_denominator`, 'denominator'),
        ];
      case 'quantile': {
        if (definition.per === 'unit') return [measured(definition.measure, name)];
        const { number, condition } = reader.numbers(definition);
        const expression = `groupArrayIf(${number}, ${condition} AND ${window.holds})`;
        return [{ name, role: 'values', expression, slotted: () => oneSlot('list', expression) }];
      }
      case 'funnel':
        return [
          {
            name,
            role: 'level',
            expression: funnelLevel(definition, reader, window, row),
            slotted: () => funnelSlots(definition, reader, window, row),
          },
        ];
      case 'retention': {
        const counted = `countIf(${reader.selects(definition)} AND ${window.holds})`;
        const slotted = () => oneSlot('sum', `toFloat64(${counted})`, (events) => `${events} > 0`);
        return [{ name, role: 'share', expression: `${counted} > 0`, slotted }];
      }
      default:
        return [measured(definition, name)];
    }
  })();
  return {
    columns,
    eventKeys: metricEventKeys(definition),
    parameters: parameters.values,
    readsProperties: reader.readsProperties(),
  };
}

/**
 * Whether a row is one of the events that a metric counts, with their filters, whenever it happened.
 * @param name - begins the names of parameters
 */
export function metricSelects(definition: MetricDefinition, name: string, row: RowColumns = usualRow) {
  const parameters = new QueryParameters(name);
  const reader = rowReader(row, parameters);
  const parts = metricParts(definition).map(({ selection }) => `(${reader.selects(selection)})`);
  return { condition: `(${parts.join(' OR ')})`, parameters: parameters.values };
}

function capped(column: MetricColumn, cap: MetricCap, options: MetricSqlOptions, parameters: QueryParameters): MetricColumn {
  const most = cap.kind === 'value' ? cap.value : options.caps?.[column.name];
  if (most === undefined) return { ...column, cap };
  const { name, expression, slotted } = column;
  const suffix = name === options.name ? 'cap' : `${name.slice(options.name.length + 1)}_cap`;
  const bound = parameters.bind('Float64', most, suffix);
  return {
    ...column,
    cap,
    expression: `least(${expression}, ${bound})`,
    slotted() {
      const { slots, value } = slotted();
      return { slots, value: (contents) => `least(${value(contents)}, ${bound})` };
    },
    uncapped: { name: `${name}_uncapped`, expression },
  };
}

/**
 * The aggregate that finds what to cap a column at, over all units of all arms together: the quantile of the values that are
 * not zero, interpolated between neighbours (Hyndman and Fan's definition 7). NaN where there are none.
 */
export function capQuantile(column: string, level: number): string {
  return `quantileExactInclusiveIf(${level})(${column}, ${column} != 0)`;
}
