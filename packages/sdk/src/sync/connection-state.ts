/**
 * How the client stands with its servers: `connecting` before the first answer; `connected`; `reconnecting` after a
 * connection was lost, or none could be made; `refused` where the key is not accepted, and tried again seldom; `offline` by
 * choice; `closed`.
 */
export type ConnectionState = 'connecting' | 'connected' | 'reconnecting' | 'refused' | 'offline' | 'closed';
