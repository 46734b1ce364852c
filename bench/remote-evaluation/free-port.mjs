import { once } from 'node:events';
import { createServer } from 'node:net';

/**
 * Ports that nobody uses, held until all are chosen, so that no two are the same.
 * @param {readonly string[]} names
 * @returns {Promise<Record<string, string>>} the port of each name
 */
export async function freePorts(names) {
  const servers = await Promise.all(
    names.map(async () => {
      const server = createServer().listen(0, '127.0.0.1');
      await once(server, 'listening');
      return server;
    }),
  );
  const ports = servers.map((server, index) => {
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    return [names[index], String(address.port)];
  });
  await Promise.all(servers.map((server) => once(server.close(), 'close')));
  return Object.fromEntries(ports);
}

/** A port that was free a moment ago. */
export async function freePort() {
  const { port } = await freePorts(['port']);
  return Number(port);
}
