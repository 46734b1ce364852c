/** How long a caller that says so may wait for one answer, where it is longer than the installation's deadline. */
export const longestCallMs = 60_000;
/** Connections that may wait to be accepted, where the system allows as many: SDKs come back all at once after an outage. */
export const maxWaitingConnections = 4_096;
