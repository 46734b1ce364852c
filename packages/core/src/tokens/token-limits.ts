/** Limits of signed tokens, in one place. */
export const tokenLimits = {
  /** Characters of a whole token. A cookie holds 4,096 bytes with its name and attributes (RFC 6265 §6.1). */
  characters: { assignments: 3_800, overrides: 3_800, context: 32_768, changes: 512 },
  /** How long assignments are remembered at least, in milliseconds. */
  assignmentsMs: 180 * 86_400_000,
  /** Assignments expire at whole multiples of this, so that the same ones give the same token for a while. */
  assignmentsStepMs: 7 * 86_400_000,
  /** Units that assignments are bound to. */
  units: 32,
  /** Flags that an overrides token may set. */
  overrides: 100,
  /** UTF-16 units of a name or a key inside a token. */
  textLength: 256,
} as const;
