/** How long an internal token is valid, and how far two clocks may differ (contracts: 60 s, 30 s). */
export const internalTokenLifetimeSeconds = 60;
export const internalTokenLeewaySeconds = 30;
/** Tokens remembered per process, signed or verified; the oldest goes first. */
export const maxCachedTokens = 10_000;
