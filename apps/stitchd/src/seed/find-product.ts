import { gatewaySettings } from '@stitchd/gateway';
import { readConfiguration, serviceSettings } from '@stitchd/service-kit';
import { commandSettings } from '../command-settings.ts';
import type { PreparedProcess } from '../prepare-process.ts';
import { CommandError } from '../terminal/command-error.ts';

/** Where a running product answers, and a token for it. */
export interface RunningProduct {
  readonly url: string;
  /** FlagSync. */
  readonly syncUrl: string;
  readonly token: string;
}

/** Finds where the running product answers: what the caller says, else what the data directory and the environment say. */
export function findUrl(prepared: PreparedProcess, given: { readonly url?: string | undefined }): string {
  const written = JSON.parse(prepared.directory.gatewayAddresses.read() ?? '{}') as { url?: string };
  const { httpPort } = readConfiguration({ httpPort: gatewaySettings.httpPort }, prepared.environment);
  return given.url ?? written.url ?? `http://localhost:${httpPort}`;
}

/**
 * Finds the running product: what the caller says, else what the data directory and the environment say.
 * @throws CommandError where no token is to be found
 */
export function findProduct(
  prepared: PreparedProcess,
  given: { readonly url?: string | undefined; readonly syncUrl?: string | undefined; readonly token?: string | undefined },
): RunningProduct {
  const written = JSON.parse(prepared.directory.gatewayAddresses.read() ?? '{}') as { grpcPort?: number };
  const url = findUrl(prepared, given);
  const grpcPort = written.grpcPort ?? readConfiguration(serviceSettings('gateway'), prepared.environment).grpcPort;
  const token =
    given.token ??
    readConfiguration({ token: commandSettings.token }, prepared.environment).token ??
    prepared.directory.operatorToken.read();
  if (token === undefined)
    throw new CommandError(
      `no API token: give --token or STITCHD_TOKEN, or run this on the host of the product with its STITCHD_DATA_DIR (looked in ${prepared.directory.operatorToken.path})`,
    );
  return { url, syncUrl: given.syncUrl ?? `http://${new URL(url).hostname}:${grpcPort}`, token };
}
