/**
 * The SDK for runtimes with web globals alone: no module of Node.js is imported, here or further down. Definitions are
 * polled, or come by server-sent events; before such a runtime ends a request it awaits `flush`.
 */
export * from '../shared-exports.ts';
export { type EdgeOptions, Stitchd } from './stitchd.ts';
