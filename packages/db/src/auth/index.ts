export {
  insertApiToken,
  listApiTokens,
  lockApiToken,
  lockOperatorToken,
  readApiToken,
  revokeApiToken,
  type NewApiToken,
} from './api-tokens.ts';
export { listAudit, type AuditFilter } from './audit.ts';
export {
  claimDelivery,
  countWaiting,
  deleteOldDeliveries,
  finishAttempt,
  finishDelivered,
  insertDelivery,
  listDeliveries,
  pauseFailing,
  postponeDelivery,
  readClaimed,
  type AttemptFailure,
  type ClaimedDelivery,
  type JobLease,
  type Message,
} from './deliveries.ts';
export { deliveryFigures, type DeliveryFigures } from './delivery-figures.ts';
export {
  findEnvironment,
  insertEnvironment,
  listEnvironments,
  lockEnvironment,
  readEnvironment,
  updateEnvironment,
} from './environments.ts';
export { invalidatedWithin, invalidationText, type StoredInvalidation } from './invalidation.ts';
export { authStoreLimits } from './limits.ts';
export {
  findApiToken,
  findFirstOwner,
  findLogin,
  findSdkKey,
  findSession,
  findSignInLink,
  organisationsOf,
  type FoundSession,
  type Login,
  type Owner,
} from './look-ups.ts';
export { deleteMember, findMember, insertMember, listMembers, lockMemberAndOwners, updateMemberRole } from './members.ts';
export { insertOrganisation, lockOrganisation, readOrganisation, renameOrganisation } from './organisations.ts';
export { findProject, insertProject, listProjects, lockProject, readProject, updateProject } from './projects.ts';
export {
  deleteEmailReceivers,
  deleteReceiver,
  insertReceiver,
  listReceivers,
  listTold,
  lockReceiver,
  readReceiver,
  updateReceiver,
  type PauseCause,
  type ReceiverChange,
} from './receivers.ts';
export {
  insertRefreshToken,
  lockRefreshToken,
  supersedeRefreshTokens,
  useRefreshToken,
  type RefreshTokenState,
} from './refresh-tokens.ts';
export type {
  ApiTokenRow,
  AuditRow,
  DeliveryRow,
  EnvironmentRow,
  ListPage,
  MemberRow,
  OrganisationRow,
  ProjectRow,
  ReceiverRow,
  SdkKeyRow,
  UserRow,
} from './rows.ts';
export { insertSdkKey, listSdkKeys, lockSdkKey, readSdkKey, revokeSdkKey, type NewSdkKey } from './sdk-keys.ts';
export { continueSession, endSession, endSessionsOf, insertSession, tidySessions } from './sessions.ts';
export { insertSignInLink, useSignInLink } from './sign-in-links.ts';
export { insertSigningKey, readSigningKeys, type StoredSigningKey } from './signing-keys.ts';
export { actAsUser, enterOrganisation, lockOnceForAll } from './transaction-identity.ts';
export { insertUser, lockPasswordHash, readUser, setPasswordHash } from './users.ts';
export { watchInvalidations, type InvalidationWatch } from './watch-invalidations.ts';
