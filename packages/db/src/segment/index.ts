export {
  addKeys,
  allowLongStatements,
  presentFingerprints,
  readAllKeys,
  readKeys,
  readShards,
  removeKeys,
  type AddedKeys,
  type FingerprintedKey,
  type ListedKey,
  type ListOf,
  type ShardFingerprints,
} from './list-keys.ts';
export { deleteExpiredKeys, listsWithExpiredKeys, type ExpiringList } from './expired-keys.ts';
export { countSegments, listSegments, usersOfSegments, type SegmentFilter } from './list-segments.ts';
export { checkMemberships, type Membership, type MembershipQuestion } from './membership.ts';
export { listSides, segmentTypes, type ListSide, type SegmentRow, type SegmentType } from './rows.ts';
export {
  deleteSegment,
  existingSegments,
  findSegment,
  lockSegmentById,
  insertSegment,
  setListSizes,
  updateSegment,
  type ListSizes,
  type SegmentChange,
} from './segments.ts';
