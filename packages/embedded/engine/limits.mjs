import { availableParallelism, totalmem } from 'node:os';

/** Threads that stay free for files, compression and for cancelling queries. */
const spareThreads = 4;

/** The size of Node's thread pool; the launcher sets it (`clickhouseThreads` in `src/limits.ts`), 4 is Node's own. */
const threads = Number(process.env['UV_THREADPOOL_SIZE'] ?? 4);

const mebibyte = 1024 * 1024;

/** Every limit and default of the embedded ClickHouse server; the launcher's are in `src/limits.ts`. */
export const limits = Object.freeze({
  /** Queries that run at once: each keeps a thread of Node's pool until the engine is done. */
  runningQueries: Math.max(1, threads - spareThreads),
  /** Queries that wait for their turn; one more is answered with 429 and exception 202. */
  waitingQueries: 500,
  /** A statement in the body, in bytes. INSERT data are no statement. */
  statementBytes: 4 * mebibyte,
  /** INSERT data of one request, unpacked, in bytes. */
  bodyBytes: 256 * mebibyte,
  /** The result of one query, in bytes, before it is written in its format and after. */
  resultBytes: 256 * mebibyte,
  /** Results below this size, in bytes, are sent as they are: packing costs more than it saves. */
  compressFromBytes: 1024,
  /** All headers of a request together, in bytes; the query and its parameters come in the URL, which counts. */
  headerBytes: mebibyte,
  /** The engine's memory, all queries and caches, in bytes: 2 GiB, or 40 % of the machine where that is less. */
  serverMemoryBytes: Math.min(2048 * mebibyte, Math.floor(totalmem() * 0.4)),
  /** Memory of one query, in bytes, unless the request asks for less: half of the engine's. */
  queryMemoryBytes: Math.min(1024 * mebibyte, Math.floor(totalmem() * 0.2)),
  /** Cache of the marks, by which parts of columns are found, in bytes. */
  markCacheBytes: 64 * mebibyte,
  /** Threads of one query. */
  queryThreads: Math.min(8, availableParallelism()),
  /** How long a query may take, in seconds, where the request names nothing, and at most. */
  querySeconds: 120,
  longestQuerySeconds: 3_600,
  /** Sessions at once; how long an idle one is kept, in seconds, where the request names nothing, and at most. */
  sessions: 100,
  sessionSeconds: 60,
  longestSessionSeconds: 3_600,
  /** How often a query is killed again until it has ended: the first time may come before the engine knows it. */
  killAgainMs: 100,
  /** How long running queries have to end by themselves at a stop, and then after they were killed. */
  drainMs: 5_000,
  drainKilledMs: 5_000,
  drainPollMs: 20,
  /** How long an idle connection is kept, in milliseconds; longer than the client's own 2.5 s, so that it closes first. */
  keepAliveMs: 30_000,
});
