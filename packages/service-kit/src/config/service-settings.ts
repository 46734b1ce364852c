import { optionalTextSetting, portSetting, textSetting } from './settings.ts';
import { serviceNames, variablePrefix, type ServiceName } from '../service-names.ts';

/** Default gRPC ports, as the architecture names them. The gateway's is the public FlagSync port. */
export const defaultGrpcPorts: Readonly<Record<ServiceName, number>> = {
  gateway: 50_050,
  'auth-service': 50_051,
  'flag-service': 50_052,
  'segmentation-service': 50_053,
  'event-service': 50_054,
  'experimentation-service': 50_055,
  'stats-service': 50_056,
};

const metricsPortOffset = 40_970;

/** Where a service listens and where the others find it. */
export function serviceSettings(name: ServiceName) {
  const prefix = variablePrefix(name);
  const port = defaultGrpcPorts[name];
  return {
    grpcPort: portSetting({
      variable: `STITCHD_${prefix}_GRPC_PORT`,
      default: port,
      description: name === 'gateway' ? 'The public port of FlagSync.' : `The internal port of ${name}, when it runs apart.`,
    }),
    grpcHost: textSetting({
      variable: `STITCHD_${prefix}_GRPC_HOST`,
      default: name === 'gateway' ? '0.0.0.0' : '127.0.0.1',
      description: `The address on which ${name} listens for gRPC.`,
    }),
    metricsPort: portSetting({
      variable: `STITCHD_${prefix}_METRICS_PORT`,
      default: port - metricsPortOffset,
      description: `Where ${name} serves /metrics, /healthz and /readyz for operators, on loopback unless STITCHD_METRICS_HOST says otherwise.`,
    }),
    metricsHost: textSetting({
      variable: 'STITCHD_METRICS_HOST',
      default: '127.0.0.1',
      description: 'The address of the metrics ports.',
    }),
    address: optionalTextSetting({
      variable: `STITCHD_${prefix}_ADDR`,
      description: `Where the other services find ${name} when it runs apart, such as http://flags.internal:${port}; its loopback port where it is not set.`,
    }),
  };
}

/** Every service's settings, for processes that must find all of them and for the documentation. */
export function allServiceSettings() {
  return Object.fromEntries(serviceNames.map((name) => [name, serviceSettings(name)])) as Readonly<
    Record<ServiceName, ReturnType<typeof serviceSettings>>
  >;
}
