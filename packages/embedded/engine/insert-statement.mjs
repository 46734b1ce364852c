import { ServerException } from './exception.mjs';
import { tokens } from './lexer.mjs';

/** @typedef {import('./lexer.mjs').Token} Token */

/**
 * An INSERT that brings its data along, taken apart. `data` is what follows the statement in the same text; the rest of the
 * data may follow in the body.
 * @typedef {object} DataInsert
 * @property {string} target `INSERT INTO table (columns)`
 * @property {string} settings `SETTINGS …`, or nothing
 * @property {string} format
 * @property {string} data
 */

/**
 * Takes an INSERT with data apart, and reads no further than its head: data are not SQL. Undefined for every other statement,
 * `INSERT … SELECT` included.
 *
 * @param {string} sql
 * @returns {DataInsert | undefined}
 */
export function parseDataInsert(sql) {
  const reader = tokens(sql);
  if (reader.next().value?.text !== 'insert') return undefined;
  let depth = 0;
  /** @type {Token | undefined} */
  let settings;
  for (const token of reader) {
    if (token.kind === 'sign' && token.text === '(') depth++;
    if (token.kind === 'sign' && token.text === ')') depth--;
    if (token.kind !== 'word' || depth > 0) continue;
    const endOfTarget = (settings ?? token).start;
    const head = {
      target: sql.slice(0, endOfTarget),
      settings: settings === undefined ? '' : sql.slice(settings.start, token.start),
    };
    switch (token.text) {
      case 'select':
      case 'with':
      case 'infile':
      case 'function':
        return undefined; // Checked, and refused where it must be, like every statement.
      case 'settings':
        settings = token;
        break;
      case 'values':
        return { ...head, format: 'Values', data: sql.slice(token.end) };
      case 'format':
        return { ...head, ...formatAndData(sql, token.end) };
    }
  }
  return undefined;
}

/**
 * @param {string} sql
 * @param {number} at
 */
function formatAndData(sql, at) {
  const name = /\s*(\w+)/y;
  name.lastIndex = at;
  const found = name.exec(sql);
  if (found?.[1] === undefined) throw new ServerException('SYNTAX_ERROR', 'Syntax error: FORMAT needs a name.');
  // The data begin after the spaces, and at most one end of line, that follow the format's name.
  const data = sql.slice(name.lastIndex).replace(/^[ \t\r]*;?[ \t\r]*\n?/, '');
  return { format: found[1], data };
}

/**
 * The statement that reads the data from a file.
 * @param {DataInsert} insert
 * @param {string} file a path without quotes, backslashes and wildcards
 */
export function insertFromFile({ target, settings, format }, file) {
  return `${target} FROM INFILE '${file}' COMPRESSION 'none' ${settings} FORMAT ${format}`;
}
