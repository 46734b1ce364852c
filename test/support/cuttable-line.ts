import { once } from 'node:events';
import { createConnection, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import type { Transform } from 'node:stream';

/** A TCP address in front of a Unix socket that a test can cut and mend: a store that goes away and comes back. */
export interface CuttableLine {
  readonly port: number;
  /** Ends all connections and refuses new ones. */
  readonly cut: () => Promise<void>;
  readonly mend: () => Promise<void>;
  readonly close: () => Promise<void>;
}

/** @param filterAnswers - what comes back passes through one of these for each connection */
export async function createCuttableLine(socketPath: string, filterAnswers?: () => Transform): Promise<CuttableLine> {
  const sockets = new Set<Socket>();
  const keep = (socket: Socket): Socket => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.once('close', () => sockets.delete(socket));
    return socket;
  };
  let server: Server = await open(0);
  const port = (server.address() as AddressInfo).port;

  async function open(onPort: number): Promise<Server> {
    const opened = createServer((near) => {
      const far = keep(createConnection(socketPath));
      keep(near).pipe(far);
      if (filterAnswers === undefined) far.pipe(near);
      else far.pipe(filterAnswers()).pipe(near);
      near.once('close', () => far.destroy());
      far.once('close', () => near.destroy());
    });
    opened.listen(onPort, '127.0.0.1');
    await once(opened, 'listening');
    return opened;
  }
  const cut = async (): Promise<void> => {
    const closed = server.listening ? once(server, 'close') : undefined;
    server.close();
    for (const socket of sockets) socket.destroy();
    await closed;
  };
  return {
    port,
    cut,
    async mend() {
      if (!server.listening) server = await open(port);
    },
    close: cut,
  };
}
