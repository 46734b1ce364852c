export type { DefinitionPage, DefinitionQuery } from './definition-page.ts';
export {
  findEnvironmentSettings,
  lockEnvironmentSettings,
  updateEnvironmentSettings,
  type EnvironmentSettingsChange,
  type EnvironmentSettingsRow,
} from './environment-settings.ts';
export {
  countEventDefinitions,
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
