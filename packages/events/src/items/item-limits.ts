const kibibyte = 1_024;
const dayMs = 86_400_000;

/** Limits of what SDKs send, in one place. */
export const itemLimits = {
  /** Items of one batch. */
  items: 1_000,
  /** The body as it arrives, and unpacked. */
  bodyBytes: 1_024 * kibibyte,
  unpackedBytes: 4 * 1_024 * kibibyte,
  /** One item, written as compact JSON in UTF-8. */
  itemBytes: 32 * kibibyte,
  /** How far back an item may lie, by the time in its id and by its own; a key with a larger right goes further. */
  windowDays: 7,
  /** How far ahead of our clock an item may lie, and from what difference of clocks on times are corrected. */
  clockToleranceMs: 5 * 60_000,
  /** The last time that the event store can hold. */
  latestMs: Date.UTC(2299, 11, 31),
  /** Characters of a variant, a rule's and a split's id. */
  nameCharacters: 100,
  /** Characters of the name and of the version of the SDK that sends a batch. */
  sdkCharacters: 100,
  /** Holdouts that may cover the place of an exposure. */
  exposureHoldouts: 10,
  /** Attributes of an exposure, and the characters of a name and of a value. */
  exposureAttributes: 20,
  attributeNameCharacters: 100,
  attributeCharacters: 256,
  /** Levels of objects and lists in `properties`, fields and list members of all levels together, and a name's characters. */
  propertyDepth: 10,
  properties: 500,
  propertyNameCharacters: 100,
  /** What one summary of usage covers, in milliseconds: an hour, and what a timer may be late. */
  usagePeriodMs: 2 * 3_600_000,
  /** How far back a summary of usage may begin, whatever its key may: then its hour is settled. */
  usageAgeMs: 2 * dayMs,
  /** Attributes of contexts in one summary, the characters of a name, the values of one and their characters. */
  seenAttributes: 100,
  seenNameCharacters: 100,
  seenValues: 50,
  seenValueCharacters: 100,
  /** Of one batch: refused items that are alike (code, type, key) and kept each, groups of them, and a message's characters. */
  rejectionsAlike: 5,
  rejectionGroups: 50,
  rejectionMessageCharacters: 300,
  /** Bodies above this are unpacked on the thread pool: a small one costs less than the way there. */
  unpackInlineBytes: 64 * kibibyte,
  dayMs,
} as const;
