/** Names of the headers that calls between services carry. */
export const requestIdHeader = 'x-request-id';
export const authorizationHeader = 'authorization';
export const idempotencyKeyHeader = 'stitchd-idempotency-key';
