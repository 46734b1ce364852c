export { platformSettings } from './config/platform-settings.ts';
export { ConfigurationError, readConfiguration, type Environment } from './config/read-configuration.ts';
export { allServiceSettings, defaultGrpcPorts, serviceSettings } from './config/service-settings.ts';
export {
  choiceSetting,
  durationSetting,
  durationText,
  numberSetting,
  optionalTextSetting,
  portSetting,
  switchSetting,
  textSetting,
  type Configuration,
  type Setting,
  type Settings,
} from './config/settings.ts';
export {
  defineService,
  implement,
  type Implementation,
  type Reach,
  type ServiceContext,
  type ServiceDefinition,
  type ServiceInstance,
  type Unready,
} from './define-service.ts';
export { startOperatorServer, unreadyServices, type OperatorServer } from './http/operator-server.ts';
export { createAccessTokenVerifier, type VerifiedToken } from './identity/access-tokens.ts';
export { createBoundedMap, type BoundedMap } from './identity/bounded-map.ts';
export { createDirectoryKeyRing, createMemoryKeyRing, type KeyRing } from './identity/key-ring.ts';
export { actorOf, type Actor, type Principal } from './identity/principal.ts';
export { createFileLogger, createLogger, type Logger, type LogLevel } from './observe/log.ts';
export { registerQueueGauges } from './observe/queue-gauges.ts';
export { Counter, Gauge, Histogram } from 'prom-client';
export type { Access, AccessTable } from './rpc/access.ts';
export { currentCall, currentPrincipal, withCall, type Call } from './rpc/call.ts';
export { closeHttp2Server, trackSessions } from './rpc/grpc-server.ts';
export { mountHealth } from './rpc/health.ts';
export { longestCallMs } from './rpc/limits.ts';
export { listen, PortInUseError } from './rpc/listen.ts';
export { isKnownProblem, isPassing, isProblem, problem, problemOf, type ProblemDetails } from './rpc/problem.ts';
export { mountReflection } from './rpc/reflection.ts';
export { readPage, requireVersion, type Page } from './rpc/page.ts';
export { repeatableRequest, repeatableResponse, storedResponse, type Repeatable } from './rpc/repeatable.ts';
export {
  currentAuthor,
  environmentScope,
  organisationScope,
  projectScope,
  type Author,
  type EnvironmentScope,
  type ProjectScope,
} from './rpc/scope.ts';
export { storeProblem } from './rpc/store-problem.ts';
export { startLoop, type BackgroundLoop } from './run/background-loop.ts';
export { createProcessContext, type ProcessContext } from './run/process-context.ts';
export { reachApart, runApart, type Apart } from './run/run-apart.ts';
export { runTogether, type Together } from './run/run-together.ts';
export { LeaseLost, retryPauseMs, whileLeased } from './run/while-leased.ts';
export { parseSecretKey, seal, unseal } from './secrets/sealing.ts';
export { serviceNames, variablePrefix, type ServiceName, type SignerName } from './service-names.ts';
