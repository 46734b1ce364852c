/**
 * The OpenFeature Remote Evaluation Protocol (OFREP 0.3) in terms of core, pure: what evaluations, failures and changes look
 * like on the wire. No network, no clock.
 */
export { asciiJson } from './ascii-json.ts';
export { bulkAnswer, type BulkAnswer, type BulkListeners } from './bulk-answer.ts';
export { ofrepAnswer, type OfrepAnswer } from './ofrep-answer.ts';
export type { OfrepFailure } from './ofrep-failure.ts';
export { changesPath, eventStreams, namedRevision, refetchEvent, type ChangeStream } from './change-stream.ts';
