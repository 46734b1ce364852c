import { exactShareText } from '../parts/numbers.ts';
import type { EventSelection, Measure, MetricDefinition } from '@stitchd/core';
import { filterSentence } from './filter-sentence.ts';
import { readMetric } from './read-metric.ts';

const hoursOfDay = 24;
const minutesOfHour = 60;

/** What a metric counts, in words. */
export function metricSentence({ definition }: { readonly definition: unknown }): string {
  const metric = readMetric(definition);
  if (metric === undefined) return 'Of a kind that this page does not know.';
  return `${whatCounts(metric)}${windowSentence(metric)}; ${metric.direction === 'increase' ? 'more' : 'less'} is better.`;
}

function whatCounts(metric: MetricDefinition): string {
  switch (metric.type) {
    case 'ratio':
      return `${capitalised(measureText(metric.numerator))} over ${measureText(metric.denominator)}`;
    case 'quantile':
      return metric.per === 'unit'
        ? `The ${levelText(metric.level)} over people of ${measureText(metric.measure)}`
        : `The ${levelText(metric.level)} over events of ${numberText(metric)} of ${eventText(metric)}`;
    case 'funnel':
      return `The share of people who do ${metric.steps.map(eventText).join(', then ')} within ${durationText(metric.withinHours)}`;
    case 'retention':
      return `The share of people with ${eventText(metric)} from day ${metric.fromDays} to before day ${metric.toDays} after their first exposure`;
    case 'conversion':
      return `The share of people with ${eventText(metric)}`;
    default:
      return `The mean over people of ${measureText(metric)}`;
  }
}

function measureText(measure: Measure): string {
  const cap = 'cap' in measure ? measure.cap : undefined;
  const capped =
    cap === undefined ? '' : cap.kind === 'value' ? `, at most ${cap.value}` : `, at most its ${levelText(cap.level)}`;
  return `${plainMeasure(measure)}${capped}`;
}

function plainMeasure(measure: Measure): string {
  switch (measure.type) {
    case 'conversion':
      return `people with ${eventText(measure)}`;
    case 'count':
      return `the number of ${eventText(measure)}`;
    case 'active-days':
      return `the days with ${eventText(measure)}`;
    case 'distinct-values':
      return `the different ${numberText(measure)} of ${eventText(measure)}`;
    case 'sum':
    case 'mean':
    case 'minimum':
    case 'maximum':
    case 'last':
      return `the ${measure.type} of ${numberText(measure)} of ${eventText(measure)}`;
  }
}

function numberText({ property }: { readonly property?: string }): string {
  return property === undefined ? 'values' : `“${property}”`;
}

function eventText({ event, filter }: EventSelection): string {
  return filter === undefined ? event : `${event} where ${filterSentence(filter)}`;
}

function windowSentence(metric: MetricDefinition): string {
  if (metric.type === 'retention') return '';
  const { windowHours, delayHours } = metric;
  const delay = delayHours === 0 ? '' : `, from ${durationText(delayHours)} after their first exposure on`;
  if (windowHours === 0) return delay;
  return delayHours === 0
    ? `, within ${durationText(windowHours)} of their first exposure`
    : `${delay} for ${durationText(windowHours)}`;
}

/** Hours as people say them: 168 is `7 days`, 0.5 is `30 minutes`. */
export function durationText(hours: number): string {
  if (hours >= hoursOfDay && hours % hoursOfDay === 0) return counted(hours / hoursOfDay, 'day');
  const minutes = Math.round(hours * minutesOfHour);
  return minutes % minutesOfHour === 0 ? counted(minutes / minutesOfHour, 'hour') : counted(minutes, 'minute');
}

function counted(count: number, what: string): string {
  return `${count} ${count === 1 ? what : `${what}s`}`;
}

function levelText(level: number): string {
  return level === 0.5 ? 'median' : `${exactShareText(level)} quantile`;
}

function capitalised(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}
