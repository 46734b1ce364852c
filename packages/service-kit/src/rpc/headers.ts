/** Names of the headers that calls between services carry. */
export const requestIdHeader = 'x-request-id';
export const authorizationHeader = 'authorization';
/** On an answer of health: JSON of what keeps the service from working. */
export const causesHeader = 'stitchd-unready';
export const idempotencyKeyHeader = 'stitchd-idempotency-key';
