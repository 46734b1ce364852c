export { endBinding, findBinding, insertBinding, runningBindings } from './bindings.ts';
export {
  putConfiguration,
  readConfigurations,
  readConfigurationStates,
  type ConfigurationQuery,
  type ConfigurationState,
} from './configurations.ts';
export {
  isEnvironmentInitialised,
  lockProjectFlags,
  markEnvironmentInitialised,
  tenantOfEnvironment,
  type EnvironmentTenant,
} from './environment-state.ts';
export { findFlag, findFlagById, flagsByKey, flagsOfProject, insertFlag, updateFlag, type FlagFields } from './flags.ts';
export { countFlags, flagSorts, listFlags, type FlagFilter, type FlagPosition, type FlagSort } from './list-flags.ts';
export {
  flagPurposes,
  type BindingRow,
  type ConfigurationDocument,
  type ConfigurationRow,
  type FlagPurpose,
  type FlagRow,
  type StoredVariant,
} from './rows.ts';
export { insertBindingEvent, readBindingEvents, type BindingEvent, type StoredBindingEvent } from './binding-events.ts';
