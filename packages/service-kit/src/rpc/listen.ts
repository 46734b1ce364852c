import { once } from 'node:events';
import type { Server } from 'node:net';
import { maxWaitingConnections } from './limits.ts';

/** A port that another program holds; the message names the variable that changes it. */
export class PortInUseError extends Error {
  readonly port: number;
  readonly variable: string;

  constructor(port: number, variable: string) {
    super(`port ${port} is in use by another program; choose another one with ${variable}`);
    this.name = 'PortInUseError';
    this.port = port;
    this.variable = variable;
  }
}

/**
 * Starts to listen and answers the port, which is the system's choice where 0 was asked for.
 * @throws PortInUseError
 */
export async function listen(server: Server, host: string, port: number, variable: string): Promise<number> {
  server.listen(port, host, maxWaitingConnections);
  try {
    await once(server, 'listening');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') throw new PortInUseError(port, variable);
    throw error;
  }
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : port;
}
