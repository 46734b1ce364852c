import { ServerException } from './exception.mjs';

/**
 * @typedef {object} Token
 * @property {'word' | 'quoted' | 'string' | 'number' | 'sign'} kind a quoted one is an identifier
 * @property {string} text a word in lower case; a quoted identifier or string without quotes and escapes
 * @property {number} start
 * @property {number} end
 */

const space = /\s+/y;
const comment = /--[^\n]*|#[ !][^\n]*|\/\*[\s\S]*?\*\//y;
const word = /[A-Za-z_][A-Za-z0-9_]*/y;
const number = /\d[\w.]*/y;
const quotes = /'(?:\\[\s\S]|''|[^'\\])*'|"(?:\\[\s\S]|""|[^"\\])*"|`(?:\\[\s\S]|``|[^`\\])*`/y;
const heredoc = /(\$[A-Za-z0-9_]*\$)([\s\S]*?)\1/y;
const sign = /[!-/:-@[-^{-~]/y;

/**
 * Cuts a statement into tokens as the engine's lexer does, beginning at `start`; comments and spaces are left out. What the
 * engine might read otherwise (letters beyond ASCII outside of quotes, open quotes) is refused instead of guessed at.
 *
 * @param {string} sql
 * @param {number} [start]
 * @returns {Generator<Token, void, void>}
 */
export function* tokens(sql, start = 0) {
  let at = start;
  while (at < sql.length) {
    const skipped = match(space, sql, at) ?? match(comment, sql, at);
    if (skipped !== undefined) {
      at += skipped.length;
      continue;
    }
    const token = tokenAt(sql, at);
    yield token;
    at = token.end;
  }
}

/**
 * @param {string} sql
 * @param {number} at
 * @returns {Token}
 */
function tokenAt(sql, at) {
  const plain = match(word, sql, at);
  if (plain !== undefined) return { kind: 'word', text: plain.toLowerCase(), start: at, end: at + plain.length };
  const digits = match(number, sql, at);
  if (digits !== undefined) return { kind: 'number', text: digits, start: at, end: at + digits.length };
  const quoted = match(quotes, sql, at);
  if (quoted !== undefined) {
    return { kind: quoted.startsWith("'") ? 'string' : 'quoted', text: unquote(quoted), start: at, end: at + quoted.length };
  }
  const here = match(heredoc, sql, at);
  if (here !== undefined) return { kind: 'string', text: here, start: at, end: at + here.length };
  const single = match(sign, sql, at);
  if (single === undefined || /['"`$]/.test(single) || sql.startsWith('/*', at)) {
    throw new ServerException('SYNTAX_ERROR', `Syntax error: unexpected character or open quote at position ${at + 1}.`);
  }
  return { kind: 'sign', text: single, start: at, end: at + 1 };
}

/**
 * @param {RegExp} pattern sticky
 * @param {string} text
 * @param {number} at
 */
function match(pattern, text, at) {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0];
}

/** @param {string} quoted */
function unquote(quoted) {
  const mark = quoted.charAt(0);
  return quoted
    .slice(1, -1)
    .replaceAll(mark + mark, mark)
    .replaceAll(/\\([\s\S])/g, '$1');
}
