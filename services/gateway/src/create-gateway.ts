import { createAccessTokenVerifier, problem, type ServiceContext, type ServiceInstance } from '@stitchd/service-kit';
import { Credentials, Invalidations } from '@stitchd/proto/auth/v1/auth';
import { Definitions } from '@stitchd/proto/flag/v1/flag';
import type { GatewayContext } from './context.ts';
import type { Frame } from './http/frame.ts';
import { createRateLimits } from './http/rate-limits.ts';
import { createAuthentication } from './identity/authenticate.ts';
import { followInvalidations } from './identity/invalidations.ts';
import { createKeyIdentities } from './identity/key-identities.ts';
import { createScopes } from './identity/scopes.ts';
import { createStreamTickets } from './identity/stream-tickets.ts';
import { createTrustedProxies } from './identity/trusted-proxies.ts';
import { invalidationStartMs, maxTurnMs } from './limits.ts';
import { createMembershipChecks } from './memberships/membership-checks.ts';
import { createGatewayMetrics } from './observe/gateway-metrics.ts';
import { createExposureRecorder } from './ofrep/exposure-recorder.ts';
import { createReadiness } from './readiness.ts';
import { createCallers } from './rpc/create-callers.ts';
import { openPorts, type OpenPorts } from './open-ports.ts';
import type { gatewaySettings } from './settings.ts';
import { createFeeds } from './sync/feeds.ts';
import { createStreamPlaces } from './sync/stream-places.ts';
import { createRemoteUsage } from './usage/remote-usage.ts';
import { createJobStreams } from './live/job-streams.ts';
import { createLiveTails } from './live/live-tails.ts';
import { createTurns } from './values/turns.ts';

/** Puts the parts together; ports open at `start`. */
export async function createGateway(
  service: ServiceContext<typeof gatewaySettings>,
  verifyAnswers: boolean,
): Promise<ServiceInstance> {
  const { config, log, nowMs, reach, randomBytes } = service;
  const metrics = createGatewayMetrics(service.metrics);
  const random = (): number => Buffer.from(randomBytes(4)).readUInt32BE() / 2 ** 32;
  const { call, ask, stream } = createCallers(reach);
  const feeds = createFeeds({
    watch: (request, signal) => reach(Definitions).watch(request, { signal }),
    nowMs,
    random,
    log,
    onCount: (environments) => metrics.replicas.set(environments),
  });
  const invalidations = followInvalidations({
    watch: (signal) => reach(Invalidations).watch({}, { signal }),
    listener: {
      onKey(keyHash) {
        keys.forget(keyHash);
        feeds.endStreamsOf(keyHash, problem('KEY_REVOKED', 'The key was revoked.'));
      },
      onSession: (sessionId) => authentication.endSession(sessionId),
    },
    nowMs,
    random,
    log,
  });
  const keys = createKeyIdentities({
    async verify(sha256) {
      return call(Credentials.method.verifyKey, { sha256 });
    },
    hearing: invalidations.hearing,
    heardFirst: () => invalidations.heardFirst(invalidationStartMs),
    graceMs: config.keyGrace,
    nowMs,
    onLookUp: (from) => metrics.keyLookups.inc({ from }),
  });
  const tickets = createStreamTickets({
    keys,
    definitions: (principal) => feeds.of(principal).definitions(),
    held: (principal) => feeds.of(principal).held(),
    nowMs,
  });
  const authentication = createAuthentication({
    keys,
    tickets,
    verifyAccessToken: createAccessTokenVerifier({
      fetchKeys: async () => (await call(Credentials.method.getVerificationKeys, {})).jwksJson,
      issuer: 'stitchd',
      audience: 'stitchd',
      nowMs,
    }),
  });
  const exposures = createExposureRecorder({
    call,
    nowMs,
    randomBytes,
    onOutcome: (outcome, items) => metrics.exposures.inc({ outcome }, items),
    log,
  });
  const usage = createRemoteUsage({ call, nowMs, randomBytes, log });
  const liveTails = createLiveTails({ ask, nowMs });
  const jobStreams = createJobStreams({ ask, nowMs });
  const context: GatewayContext = {
    call,
    ask,
    stream,
    definitions: (principal) => feeds.of(principal).definitions(),
    feed: feeds.of,
    ticketFor: tickets.issue,
    publicUrl: service.platform.publicUrl,
    onSyncWritten: (kind) => metrics.syncMessages.inc({ kind }),
    turns: createTurns(maxTurnMs, nowMs),
    exposures,
    usage,
    liveTails,
    jobStreams,
    log,
    memberships: createMembershipChecks({
      call,
      nowMs,
      onUnresolved: (memberships) => metrics.unresolvedMemberships.inc(memberships),
    }),
    unready: createReadiness(service.unreadyPeers, nowMs),
    nowMs,
  };
  const rateLimits = createRateLimits(config, metrics, nowMs);
  const frame: Frame = {
    config,
    context,
    authentication,
    scope: createScopes(call),
    rateLimits,
    places: createStreamPlaces(config.maxStreams),
    isTrustedProxy: createTrustedProxies(config.trustedProxies),
    metrics,
    log,
    nowMs,
    verifyAnswers,
  };
  let ports: OpenPorts | undefined;

  return {
    implementations: [],
    ports: () => ports?.numbers ?? {},
    async start() {
      invalidations.start();
      feeds.start();
      exposures.start();
      usage.start();
      ports = await openPorts({ frame, feeds, platform: service.platform });
    },
    async drain() {
      liveTails.stop();
      jobStreams.stop();
      await ports?.drain();
      await exposures.stop();
      await usage.stop();
    },
    async stop() {
      await feeds.stop();
      await invalidations.stop();
    },
  };
}
