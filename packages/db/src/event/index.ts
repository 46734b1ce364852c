export type { DefinitionPage, DefinitionQuery } from './definition-page.ts';
export {
  countEventDefinitions,
  eventValueTypes,
  findEventDefinition,
  insertEventDefinition,
  listEventDefinitions,
  readEventValueTypes,
  updateEventDefinition,
  type EventDefinitionRow,
  type NewEventDefinition,
} from './event-definitions.ts';
export {
  countMetrics,
  findMetric,
  insertMetric,
  listMetrics,
  metricDirections,
  metricTypes,
  updateMetric,
  type MetricRow,
  type NewMetric,
} from './metrics.ts';
export { withEventStoreLock } from './migration-lock.ts';
