export { encodeSyncMessages, type SyncChange, type SyncEntity, type SyncEntityRef } from './encode-sync-messages.ts';
