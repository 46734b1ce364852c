import type { Http2Server, ServerHttp2Session } from 'node:http2';

/**
 * Ends connections whose other end is gone without having said so: each is asked by PING once in a while, and one that has
 * not answered when it is asked again is cut. What was sent to it lies in the buffers of the system, so that no write
 * would ever tell.
 */
export function endSilentSessions(server: Http2Server, intervalMs: number): void {
  /** Those that were asked and have not answered. */
  const silent = new Set<ServerHttp2Session>();
  const sessions = new Set<ServerHttp2Session>();

  function ask(session: ServerHttp2Session): void {
    // One that is destroyed says so by 'close' a moment later, and throws when it is asked.
    if (session.destroyed) return undefined;
    if (silent.has(session)) return session.destroy();
    silent.add(session);
    const wasAsked = session.ping((error) => {
      if (error === null) silent.delete(session);
    });
    if (!wasAsked) session.destroy();
    return undefined;
  }

  server.on('session', (session) => {
    sessions.add(session);
    session.once('close', () => {
      sessions.delete(session);
      silent.delete(session);
    });
  });
  const timer = setInterval(() => sessions.forEach(ask), intervalMs);
  timer.unref();
  server.once('close', () => clearInterval(timer));
}
