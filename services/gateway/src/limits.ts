/** Bytes of a JSON body. */
export const bodyLimit = 1_048_576;
/** Bytes of a body that carries keys of a list: 100,000 keys of 40 characters and their quotes. */
export const listKeysBodyLimit = 8 * 1_048_576;
/** Keys that one request may add to or remove from a list. */
export const maxListKeysPerRequest = 100_000;
/** Bytes of a batch of events as it arrives, compressed or not; event-service limits what it unpacks to. */
export const eventsBodyLimit = 1_048_576;
/** How deep objects and arrays of a JSON body may lie in each other. Deeper ones would exhaust the stack of what reads them. */
export const maxJsonDepth = 100;
/** Questions of one list-segment check. */
export const maxMembershipQuestions = 1_000;
