export { withEventStoreLock } from './migration-lock.ts';
