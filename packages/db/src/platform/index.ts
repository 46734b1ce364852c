export { asJson, jsonb, recordChange, type Change, type NewId } from './change.ts';
export {
  changeEnvironments,
  environmentChannel,
  environmentsOfProject,
  lockEnvironments,
  projectOfEnvironment,
  referrersOf,
  registerEnvironment,
  type Publication,
  type Referent,
} from './change-environment.ts';
export { doOnce, type RepeatableOutcome, type RepeatableRequest } from './idempotency.ts';
export { deleteOldRows, organisationsWithOldRows } from './old-rows.ts';
export { findReferenceCycle } from './reference-cycle.ts';
export { publishedBodies, publishedById, publishedKeys, type PublishedBody } from './published-bodies.ts';
export { readDefinitions, type StoredDefinitions, type StoredEntity } from './read-definitions.ts';
export { watchRevisions, type RevisionWatch } from './watch-revisions.ts';
export { organisationsToTell, takeUntoldRecords, type UntoldRecord } from './untold-records.ts';
