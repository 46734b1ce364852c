import type {
  DescMessage,
  DescMethodServerStreaming,
  DescMethodUnary,
  JsonObject,
  MessageInitShape,
  MessageShape,
} from '@bufbuild/protobuf';
import type { CompiledDefinitions } from '@stitchd/core';
import type { Logger, Principal } from '@stitchd/service-kit';
import type { StreamTickets } from './identity/stream-tickets.ts';
import type { MembershipChecks } from './memberships/membership-checks.ts';
import type { ExposureRecorder } from './ofrep/exposure-recorder.ts';
import type { EnvironmentFeed } from './sync/environment-feed.ts';
import type { JobStreams } from './live/job-streams.ts';
import type { LiveTails } from './live/live-tails.ts';
import type { RemoteUsage } from './usage/remote-usage.ts';
import type { Turns } from './values/turns.ts';

/** How one RPC is asked. */
export interface AskOptions {
  /** How long to wait, where it is not as long as the installation says; never longer than the request has. */
  readonly timeoutMs?: number;
}

/** What endpoints work with. */
export interface GatewayContext {
  /** Asks one RPC in the name of the call that is being served. */
  readonly call: <I extends DescMessage, O extends DescMessage>(
    method: DescMethodUnary<I, O>,
    request: MessageInitShape<I>,
    options?: AskOptions,
  ) => Promise<MessageShape<O>>;
  /** The same, and answers the message as REST shows it. */
  readonly ask: <I extends DescMessage, O extends DescMessage>(
    method: DescMethodUnary<I, O>,
    request: MessageInitShape<I>,
    options?: AskOptions,
  ) => Promise<JsonObject>;
  /** Asks one RPC that answers a stream, in the name of the call that is being served when it is first read. */
  readonly stream: <I extends DescMessage, O extends DescMessage>(
    method: DescMethodServerStreaming<I, O>,
    request: MessageInitShape<I>,
    signal: AbortSignal,
  ) => AsyncIterable<MessageShape<O>>;
  /**
   * The definitions of the environment that a principal is scoped to.
   * @throws SERVICE_UNAVAILABLE where none have arrived in time
   */
  readonly definitions: (principal: Principal) => Promise<CompiledDefinitions>;
  /** The environment that a principal is scoped to, for those who answer more of it than evaluations. */
  readonly feed: (principal: Principal) => EnvironmentFeed;
  /** By which a key opens a stream of changes, where its client can't send it. */
  readonly ticketFor: StreamTickets['issue'];
  /** Where people reach this gateway through a proxy, if any. */
  readonly publicUrl: string | undefined;
  /** Counts messages written to streams of definitions, by what they carry. */
  readonly onSyncWritten: (kind: 'delta' | 'state' | 'heartbeat') => void;
  /** Divides evaluations for many streams. */
  readonly turns: Turns;
  readonly exposures: ExposureRecorder;
  /** Counts what is evaluated here. */
  readonly usage: RemoteUsage;
  readonly liveTails: LiveTails;
  readonly jobStreams: JobStreams;
  readonly log: Logger;
  readonly memberships: MembershipChecks;
  /** The names of what can't work now, by service. */
  readonly unready: () => Promise<Readonly<Record<string, readonly string[]>>>;
  readonly nowMs: () => number;
}
