import { ServerException } from './exception.mjs';
import { tokens } from './lexer.mjs';

/** @typedef {import('./lexer.mjs').Token} Token */

/** The first words of what may be run. ATTACH, BACKUP, RESTORE and the like read and write files of their own choice. */
const leadingWords = new Set(
  'select with from insert create alter drop truncate rename exchange optimize delete update describe desc show exists explain kill set use check system undrop'.split(
    ' ',
  ),
);

/** What SYSTEM may do: nothing that ends the process or reaches outside. */
const systemCommands = new Set([
  'stop merges',
  'start merges',
  'flush logs',
  'flush async',
  'drop mark',
  'drop query',
  'drop uncompressed',
]);

/** Table functions that only compute. All others the engine has (files, networks, other tables by name) are refused. */
const harmlessTableFunctions = new Set(
  'numbers numbers_mt zeros zeros_mt generateseries generate_series primes values view null format generaterandom'.split(' '),
);

const harmlessEngines = new Set(
  'mergetree replacingmergetree summingmergetree aggregatingmergetree collapsingmergetree versionedcollapsingmergetree coalescingmergetree memory null log tinylog stripelog set join atomic'.split(
    ' ',
  ),
);

/**
 * What the engine could do that reaches outside: the names of its table functions and engines, in lower case.
 * @typedef {{ readonly functions: ReadonlySet<string>, readonly engines: ReadonlySet<string> }} OutsideNames
 */

/**
 * All that this version of the engine offers, without what is known to be harmless: a new way out is closed by itself.
 *
 * @param {readonly string[]} tableFunctions
 * @param {readonly string[]} engines of tables and databases
 * @returns {OutsideNames}
 */
export function outsideNames(tableFunctions, engines) {
  return {
    // `disk(…)` in the settings of a table is no table function, and makes storage anywhere.
    functions: new Set([...tableFunctions.filter((name) => !harmlessTableFunctions.has(name)), 'disk']),
    engines: new Set(engines.filter((name) => !harmlessEngines.has(name))),
  };
}

/**
 * Refuses everything but one statement that stays inside the database: several statements, files, networks, foreign engines.
 *
 * @param {string} sql
 * @param {OutsideNames} outside
 * @returns {string} the statement without a semicolon at its end
 */
export function checkStatement(sql, outside) {
  const list = [...tokens(sql)];
  const last = list.at(-1);
  const body = isSign(last, ';') ? list.slice(0, -1) : list;
  if (body.length === 0) throw new ServerException('SYNTAX_ERROR', 'Empty query.');
  if (body.some((token) => isSign(token, ';'))) throw new ServerException('SYNTAX_ERROR', 'Multi-statements are not allowed.');
  checkLead(body);
  body.forEach((token, index) => checkName(token, body[index - 1], body[index + 1], outside));
  if (contains(body, ['into', 'outfile']) || contains(body, ['from', 'infile'])) refuse('Files');
  if (contains(body, ['create', 'dictionary']) || contains(body, ['replace', 'dictionary'])) refuse('Dictionaries');
  if (contains(body, ['named', 'collection'])) refuse('Named collections');
  checkEngines(body, outside);
  return body === list ? sql : sql.slice(0, last?.start);
}

/** @param {readonly Token[]} body */
function checkLead(body) {
  const first = body.find((token) => !isSign(token, '('));
  if (first?.kind !== 'word' || !leadingWords.has(first.text)) {
    throw new ServerException('SYNTAX_ERROR', `Statements that begin with ${first?.text ?? '('} are not allowed.`);
  }
  if (first.text === 'system' && !systemCommands.has(`${body[1]?.text} ${body[2]?.text}`)) {
    refuse(`SYSTEM ${String(body[1]?.text).toUpperCase()}`);
  }
}

/**
 * @param {Token} token
 * @param {Token | undefined} before
 * @param {Token | undefined} after
 * @param {OutsideNames} outside
 */
function checkName(token, before, after, outside) {
  if (token.kind !== 'word' && token.kind !== 'quoted') return;
  const name = token.text.toLowerCase();
  if (isSign(after, '(') && outside.functions.has(name)) refuse(`The function ${token.text}`);
  // It is there because the engine needs it, and what is in it is gone after the next start.
  if (name === 'default' && isSign(after, '.') && !isSign(before, '.')) {
    throw new ServerException(
      'ACCESS_DENIED',
      'The database "default" holds no tables here; leave the name of the database out.',
    );
  }
}

/**
 * `ENGINE = Name` or `ENGINE Name`. A column may be called engine as well, but has no type of such a name.
 * @param {readonly Token[]} body
 * @param {OutsideNames} outside
 */
function checkEngines(body, outside) {
  body.forEach((token, index) => {
    if (token.kind !== 'word' || token.text !== 'engine') return;
    const next = isSign(body[index + 1], '=') ? body[index + 2] : body[index + 1];
    const isName = next?.kind === 'word' || next?.kind === 'quoted';
    if (isName && outside.engines.has(next.text.toLowerCase())) refuse(`The engine ${next.text}`);
  });
}

/**
 * @param {readonly Token[]} body
 * @param {readonly string[]} words
 */
function contains(body, words) {
  return body.some((_, index) =>
    words.every((word, offset) => body[index + offset]?.text.toLowerCase() === word && body[index + offset]?.kind === 'word'),
  );
}

/**
 * @param {Token | undefined} token
 * @param {string} text
 */
function isSign(token, text) {
  return token?.kind === 'sign' && token.text === text;
}

/**
 * @param {string} what
 * @returns {never}
 */
function refuse(what) {
  throw new ServerException('ACCESS_DENIED', `${what}: not allowed, this database reads and writes nothing outside of itself.`);
}
