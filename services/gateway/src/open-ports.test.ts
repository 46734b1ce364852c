import { createServer, type AddressInfo, type Server } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { startGateway } from './backend.test-support.ts';

let holder: Server | undefined;
afterEach(() => holder?.close());

test.each(['STITCHD_GATEWAY_HTTP_PORT', 'STITCHD_GATEWAY_GRPC_PORT'])(
  'A port that another program holds is refused by the name of the variable %s',
  async (variable) => {
    const server = createServer();
    holder = server;
    const port = await new Promise<number>((resolve) => {
      server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
    });
    await expect(startGateway([], { [variable]: String(port) })).rejects.toThrow(
      `port ${port} is in use by another program; choose another one with ${variable}`,
    );
  },
);
