import { readConfiguration, serviceSettings } from '@stitchd/service-kit';
import { gatewaySettings } from '@stitchd/gateway';
import { checkDisk, checkMemory, checkNode, checkPlatform, checkPort } from '../doctor/check-host.ts';
import { checkStores } from '../doctor/check-stores.ts';
import { good, type Finding } from '../doctor/finding.ts';
import { prepareProcess, type PreparedProcess } from '../prepare-process.ts';
import { findStores } from '../stores/open-stores.ts';
import { CommandError } from '../terminal/command-error.ts';

const marks = { good: 'ok  ', warning: 'warn', bad: 'BAD ' } as const;

/** `stitchd doctor`: looks at everything that a start needs, and at the product if it runs. */
export async function doctor(options: { readonly json: boolean }): Promise<void> {
  const prepared = prepareProcess(process.env);
  const findings = [checkNode(process.version), checkPlatform(), checkMemory(), ...(await checkDisk(prepared.directory.path))];
  findings.push(...(await checkRunning(prepared)));
  if (options.json) process.stdout.write(`${JSON.stringify({ findings })}\n`);
  else process.stdout.write(`${findings.map(line).join('\n')}\n`);
  const wrong = findings.filter(({ verdict }) => verdict === 'bad').length;
  if (wrong > 0) throw new CommandError(`${wrong} ${wrong === 1 ? 'thing needs' : 'things need'} attention`);
}

/** Where the product runs its ports are rightly taken, and its stores can be asked; where not, the ports must be free. */
async function checkRunning(prepared: PreparedProcess): Promise<Finding[]> {
  const written = JSON.parse(prepared.directory.gatewayAddresses.read() ?? '{}') as { url?: string };
  const running = written.url !== undefined && (await answers(`${written.url}/healthz`));
  const findings: Finding[] = [];
  if (running) findings.push(good('Product', `answers at ${written.url}`));
  else findings.push(...(await checkPorts(prepared)));
  const hasStores =
    running || prepared.platform.databaseUrl !== undefined || prepared.directory.storeAddresses.read() !== undefined;
  if (!hasStores) return [...findings, good('Stores', 'embedded; they start with "stitchd start" or "stitchd stores"')];
  return [
    ...findings,
    ...(await checkStores(findStores(prepared.platform, prepared.directory), prepared.platform.clickhouseCluster, Date.now)),
  ];
}

async function checkPorts(prepared: PreparedProcess): Promise<Finding[]> {
  const grpc = serviceSettings('gateway');
  const chosen = {
    ...readConfiguration(grpc, prepared.environment),
    ...readConfiguration(gatewaySettings, prepared.environment),
  };
  return Promise.all([
    checkPort('REST and admin UI', chosen.httpHost, chosen.httpPort, gatewaySettings.httpPort.variable),
    checkPort('FlagSync', chosen.grpcHost, chosen.grpcPort, grpc.grpcPort.variable),
    checkPort('metrics', chosen.metricsHost, chosen.metricsPort, grpc.metricsPort.variable),
  ]);
}

const probeTimeoutMs = 2_000;

async function answers(url: string): Promise<boolean> {
  return fetch(url, { signal: AbortSignal.timeout(probeTimeoutMs) }).then(
    (response) => response.ok,
    () => false,
  );
}

function line({ name, verdict, detail, remedy }: Finding): string {
  return `${marks[verdict]}  ${name}: ${detail}${remedy === '' ? '' : `\n        ${remedy}`}`;
}
