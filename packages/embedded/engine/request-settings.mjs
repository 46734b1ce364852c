import { ServerException } from './exception.mjs';
import { limits } from './limits.mjs';

/** Parameters of ClickHouse's HTTP interface that are no settings. */
const interfaceParameters = new Set(
  'query query_id database default_format session_id session_timeout session_check close_session user password quota_key role compress decompress buffer_size wait_end_of_query enable_http_compression send_progress_in_http_headers http_headers_progress_interval_ms http_response_buffer_size log_comment stacktrace client_protocol_version add_http_cors_header cancel_http_readonly_queries_on_client_close'.split(
    ' ',
  ),
);

/**
 * Settings that a request may lower but not raise: what holds where it names none, and the most.
 * @type {Readonly<Record<string, { readonly usual: number, readonly most: number }>>}
 */
const bounded = Object.freeze({
  max_result_bytes: { usual: limits.resultBytes, most: limits.resultBytes },
  max_memory_usage: { usual: limits.queryMemoryBytes, most: limits.serverMemoryBytes },
  max_execution_time: { usual: limits.querySeconds, most: limits.longestQuerySeconds },
  max_threads: { usual: limits.queryThreads, most: limits.queryThreads },
});

/** The database that requests work in, also where they say `default`: that one the engine fills with files (`openEngine`). */
export const databaseName = 'stitchd';

/**
 * The statements that prepare a fresh connection: database, settings and query parameters.
 *
 * @param {URLSearchParams} parameters
 * @param {{ readonly tag: string, readonly readOnly: boolean, readonly database: string | undefined }} request
 * @returns {string} statements, each with its semicolon
 */
export function prepareConnection(parameters, { tag, readOnly, database }) {
  const chosen = database === undefined || database === '' || database === 'default' ? databaseName : database;
  const settings = [...parameters].filter(([name]) => !interfaceParameters.has(name));
  const assignments = [
    ...Object.entries(bounded).map(([name, { usual }]) => assign(name, String(usual))),
    assign('result_overflow_mode', 'throw'),
    ...settings.map(([name, value]) => assign(name, boundedValue(name, checkedValue(name, value)))),
    assign('log_comment', `${tag} ${parameters.get('log_comment') ?? ''}`),
  ];
  const statements = [`USE ${identifier(chosen)}`, ...assignments, ...(readOnly ? [assign('readonly', '2')] : [])];
  return `${statements.join('; ')};`;
}

/**
 * @param {string} name
 * @param {string} value
 */
function assign(name, value) {
  if (!/^[A-Za-z_]\w*$/.test(name)) throw new ServerException('UNKNOWN_SETTING', `Unknown setting ${name}.`);
  return `SET ${name} = ${literal(value)}`;
}

/**
 * Filters are SQL inside of a setting: a subquery in one would not be seen by the rules for statements.
 * @param {string} name
 * @param {string} value
 */
function checkedValue(name, value) {
  if (/^additional_(table_filters|result_filter)$/.test(name) && /\bselect\b/i.test(value)) {
    throw new ServerException('ACCESS_DENIED', `${name}: subqueries are not allowed.`);
  }
  return value;
}

/**
 * @param {string} name
 * @param {string} value
 */
function boundedValue(name, value) {
  const bounds = bounded[name];
  if (bounds === undefined) return value;
  const wanted = Number(value);
  // Nought means no limit to the engine.
  return wanted > 0 && wanted <= bounds.most ? value : String(bounds.most);
}

/** @param {string} text */
function literal(text) {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}

/** @param {string} name */
function identifier(name) {
  return `\`${name.replaceAll(/[`\\]/g, '\\$&')}\``;
}
