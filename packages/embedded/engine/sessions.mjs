import { ServerException } from './exception.mjs';
import { limits } from './limits.mjs';

/** @typedef {import('./native-engine.mjs').Connection} Connection */
/** @typedef {import('./native-engine.mjs').Engine} Engine */

/**
 * @typedef {object} Session
 * @property {Connection} connection
 * @property {boolean} busy
 * @property {NodeJS.Timeout | undefined} timer
 */

/**
 * Connections: a fresh one for each request, so that nothing of one is left for another, or the one that a session keeps.
 * @param {Engine} engine
 */
export function createConnections(engine) {
  /** @type {Map<string, Session>} */
  const sessions = new Map();

  /** @param {string} id */
  const end = (id) => {
    const session = sessions.get(id);
    if (session === undefined) return;
    sessions.delete(id);
    clearTimeout(session.timer);
    engine.disconnect(session.connection);
  };

  /** @param {string} id */
  const claim = (id) => {
    const found = sessions.get(id);
    if (found?.busy === true) throw new ServerException('SESSION_IS_LOCKED', `Session ${id} is locked by a concurrent client.`);
    if (found === undefined && sessions.size >= limits.sessions) {
      throw new ServerException('TOO_MANY_SIMULTANEOUS_QUERIES', `More than ${limits.sessions} sessions.`);
    }
    const session = found ?? { connection: engine.connect(), busy: false, timer: undefined };
    clearTimeout(session.timer);
    session.busy = true;
    sessions.set(id, session);
    return session;
  };

  return {
    /**
     * @param {string | null} sessionId
     * @param {string | null} timeout in seconds
     * @returns {{ readonly connection: Connection, readonly release: () => void }}
     */
    open(sessionId, timeout) {
      if (sessionId === null || sessionId === '') {
        const connection = engine.connect();
        return { connection, release: () => engine.disconnect(connection) };
      }
      const session = claim(sessionId);
      const wanted = Number(timeout ?? limits.sessionSeconds);
      const seconds = wanted > 0 ? Math.min(wanted, limits.longestSessionSeconds) : limits.sessionSeconds;
      return {
        connection: session.connection,
        release() {
          session.busy = false;
          session.timer = setTimeout(() => end(sessionId), seconds * 1_000).unref();
        },
      };
    },
    endAll() {
      for (const id of sessions.keys()) end(id);
    },
  };
}

/** @typedef {ReturnType<typeof createConnections>} Connections */
