/** How long an internal token is valid, and how far two clocks may differ (contracts: 60 s, 30 s). */
export const internalTokenLifetimeSeconds = 60;
export const internalTokenLeewaySeconds = 30;
/** Tokens remembered per process, signed or verified; the oldest goes first. */
export const maxCachedTokens = 10_000;
/** How far the clock of whoever signed an access token may be ahead of or behind ours. */
export const accessTokenLeewaySeconds = 5;
/** How long a fetched key set stands before a token with an unknown key id may make us fetch it again. */
export const verificationKeysRefetchMs = 1_000;
