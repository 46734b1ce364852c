/** Limits, times and defaults of the gateway that an operator does not choose. */
import { longestCallMs } from '@stitchd/service-kit';

/** Bytes of a JSON body. */
export const bodyLimit = 1_048_576;
/** Bytes of a body that carries keys of a list: 100,000 keys of 100 characters, each with a time to leave the list. */
export const listKeysBodyLimit = 16 * 1_048_576;
/** Keys that one request may add to or remove from a list. */
export const maxListKeysPerRequest = 100_000;
/** Bytes of a batch of events as it arrives, compressed or not; event-service limits what it unpacks to. */
export const eventsBodyLimit = 1_048_576;
/** Bytes of one message over gRPC that is no stream of definitions: a body above its limit is still told so with a problem. */
export const maxGrpcMessageBytes = 2 * eventsBodyLimit;
/** Characters of the name of a packing. */
export const maxContentEncodingLength = 20;
/** Bytes of one piece of a file that is imported, and how long it may wait until there is room for it. */
export const importPieceBodyLimit = 4 * 1_048_576;
export const importPieceDeadlineMs = 30_000;
/** How deep objects and arrays of a JSON body may lie in each other. Deeper ones would exhaust the stack of what reads them. */
export const maxJsonDepth = 100;
/** Questions of one list-segment check. */
export const maxMembershipQuestions = 1_000;
/** How long an override link may count, in seconds, and how long it does where nobody says. */
export const overrideLinkSeconds = { least: 60, most: 30 * 86_400, default: 86_400 } as const;
/** Characters of a header that is passed on. */
export const maxRequestIdLength = 128;
export const maxIdempotencyKeyLength = 255;
/** Characters of one part of a path. */
export const maxPathPartLength = 200;

/** How long a client may take to send a request. */
export const requestReceiveMs = 30_000;
/** Connections on which nothing happens are closed after this; longer than the 60 s after which common balancers do it. */
export const keepAliveMs = 72_000;
/** How long the services behind a request have together. */
export const requestDeadlineMs = 15_000;
/** The same for a request that writes many keys of a list; the kit's longest call. */
export const longRequestDeadlineMs = longestCallMs;
/** How long the checklist of a start waits for what the past says of the plan; without it the plan's own words stand. */
export const checklistForecastMs = 4_000;
/** By how much of what is needed a plan may fall short before the checklist warns: what a past says differs from day to day. */
export const planTolerance = 0.1;
/** Days of the past that a plan is made from where nobody says. */
export const planHistoryDays = 28;
/** What Retry-After says where nothing better is known. */
export const retryAfterSeconds = { unavailable: 2, limited: 10 } as const;
/** Over which time rate limits are averaged. */
export const rateLimitWindowSeconds = 10;
/** Callers that one rate limit counts at once, 100 bytes each; the window that began the longest ago is forgotten first. */
export const maxLimitedCallers = 100_000;
/** How long an answer about the readiness of the services stands. */
export const readinessCacheMs = 1_000;

/** Keys and tokens that a gateway knows at once; the oldest goes first and is asked for again. */
export const maxKnownKeys = 50_000;
/** Keys that are known not to exist, and for how long they are not asked for again. */
export const maxUnknownKeys = 10_000;
export const unknownKeyMs = 60_000;
/** Ended sessions that are remembered while their access tokens live. */
export const maxEndedSessions = 100_000;
/** Scopes (pairs of keys in a path) whose ids are remembered. */
export const maxKnownScopes = 10_000;
/** auth-service is heard every 5 s; without a sign for this long the stream counts as broken. */
export const invalidationSilenceMs = 12_000;
/** How long the first request after a start waits for the stream of invalidations. */
export const invalidationStartMs = 2_000;

/** Bytes of one sync message; stock gRPC clients refuse more than 4 MiB. */
export const maxSyncMessageBytes = 1_048_576;
/** Deltas of an environment that are kept for SDKs that were cut off for a moment; others get a snapshot. */
export const maxHistoryDeltas = 1_000;
export const maxHistoryBytes = 8 * 1_048_576;
/** Deltas of fewer bytes are sent without asking whether the whole state would be shorter. */
export const maxUncomparedBytes = 65_536;
/** SDKs reconnect when they hear nothing for 45 s. */
export const heartbeatMs = 15_000;
/** A stream that takes nothing for this long is cut. */
export const maxBlockedMs = 60_000;
/** How often a gRPC connection is asked whether its other end is there; one that does not answer in that time is cut. */
export const sessionPingMs = 20_000;
/** TCP asks the other end of a stream of events whether it is there once nothing was sent for this long. */
export const eventStreamKeepAliveMs = 30_000;
/** How long a stream that was ended may take to read what is left. */
export const streamEndMs = 2_000;
/** Bytes and time of the one request message of a sync stream. */
export const maxSyncRequestBytes = 1_024;
export const syncRequestMs = 10_000;
/** Streams of one HTTP/2 connection, and connections. */
export const maxStreamsPerConnection = 1_000;
export const maxGrpcConnections = 20_000;
/** Environments whose definitions are held, and how long after their last use. */
export const maxEnvironments = 10_000;
export const environmentIdleMs = 10 * 60_000;
/** How long a remote evaluation waits for the first definitions of an environment. */
export const definitionsWaitMs = 2_000;

/** How long a remote evaluation waits for memberships in lists that only their owner holds; without them they are unknown. */
export const membershipWaitMs = 2_000;
/** Such memberships that a gateway remembers, of all environments together; the one that was used least recently goes first. */
export const maxKnownMemberships = 200_000;
/** How long each is good; see `MembershipTimes` of @stitchd/core. After a change of its list it is worth nothing. */
export const membershipTimes = { freshMs: 60_000, usableMs: 3_600_000, usableAfterChangeMs: 0, unknownListMs: 5_000 } as const;

/** A ticket for a stream of changes is taken until the end of the period after the one that it was given out in. */
export const ticketPeriodMs = 5 * 60_000;
/** How long a bulk evaluation waits for the revision that a change was told of, where another gateway heard of it first. */
export const freshnessWaitMs = 1_000;

/** Exposures of remote evaluations: how many wait at most, how many are sent at once, and how long one waits. */
export const maxWaitingExposures = 20_000;
export const exposureBatchItems = 500;
/** Bytes of their items that are sent at once: event-service refuses more than 1 MiB as a whole. */
export const exposureBatchBytes = 900 * 1_024;
export const exposureFlushMs = 1_000;
/** The same exposure of the same unit is sent once an hour, as SDKs do; how many are remembered. */
export const exposureRepeatMs = 3_600_000;
export const maxRememberedExposures = 100_000;
/** How long sending an exposure is tried before it is given up. */
export const exposureRetryMs = 5 * 60_000;
/** How often each reason for which exposures were refused is said in the log at most, and the reasons that are told apart. */
export const exposureRefusalLogMs = 60_000;
export const maxExposureRefusalReasons = 100;

/** Bytes of a request for values. */
export const valuesBodyLimit = 65_536;
/** Characters of the context that a stream of a client key keeps for as long as it is open; pages with a larger one poll. */
export const maxKeptContextCharacters = 8_192;
/** How long streams of values are evaluated one after the other before other requests have their turn. */
export const maxTurnMs = 5;
/** Of the places for streams, how many client keys may take: pages are many, and their keys public. The rest is for servers. */
export const clientStreamShare = 0.8;
/** How many streams one organisation may hold for each one that is still free: alone four fifths, and the next one the same of the rest. */
export const organisationStreamsPerFree = 4;

/** How this gateway names itself where it sends items. */
export const gatewaySender = { name: 'stitchd-gateway', version: '0.1.0' } as const;
/** Usage of remote evaluations: how often it is told, summaries of one batch, and environments that are counted at once. */
export const usageReportMs = 60_000;
export const usageBatchItems = 200;
export const maxUsageEnvironments = 1_000;
/** Live streams of items that people watch: how many, how long one lasts, and how often it asks for what is new. */
export const maxLiveTails = 50;
export const liveTailMs = 300_000;
export const liveTailPollMs = 700;
/** How soon it asks again after a failure, and how many in a row end it. */
export const liveTailAgainMs = 2_000;
export const liveTailFailures = 150;
/** Streams of how a computation goes on: how many, how long one lasts, and how often it asks. */
export const maxJobStreams = 200;
export const jobStreamMs = 600_000;
export const jobStreamPollMs = 500;
/** How soon it asks again after a failure, and how many in a row end it. */
export const jobStreamAgainMs = 2_000;
export const jobStreamFailures = 150;
/** Items that one stream remembers to have told. */
export const maxToldItems = 5_000;
