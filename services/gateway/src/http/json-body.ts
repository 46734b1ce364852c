import { problem } from '@stitchd/service-kit';
import type { FastifyInstance } from 'fastify';
import { maxJsonDepth } from '../limits.ts';

/** Reads JSON bodies and nothing else; an empty one counts as absent. */
export function readJsonBodies(server: FastifyInstance): void {
  const parse = server.getDefaultJsonParser('error', 'error');
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    const text = String(body);
    if (text.trim() === '') return done(null, undefined);
    if (!isWithinDepth(text, maxJsonDepth))
      return done(problem('VALIDATION_FAILED', `The body is nested deeper than ${maxJsonDepth} levels.`));
    return parse(request, text, (error: Error | null, value: unknown) =>
      error === null ? done(null, value) : done(problem('MALFORMED_JSON', whyUnreadable(text))),
    );
  });
}

/** JSON that parses but was refused names an object's prototype. */
function whyUnreadable(text: string): string {
  try {
    JSON.parse(text);
    return 'The body has a field __proto__ or constructor.prototype, which is not allowed.';
  } catch (error) {
    return `The body is not JSON: ${error instanceof Error ? error.message.slice(0, 200) : 'unreadable'}`;
  }
}

/** Hands the bytes of JSON bodies on as they arrived. */
export function readRawBodies(server: FastifyInstance): void {
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_, body, done) => done(null, body));
}

/** Whether brackets outside of strings open at most `limit` levels. Says nothing about whether the text is JSON. */
export function isWithinDepth(text: string, limit: number): boolean {
  let depth = 0;
  let inString = false;
  for (let at = 0; at < text.length; at++) {
    const character = text.charCodeAt(at);
    if (inString) {
      if (character === backslash) at++;
      else if (character === quote) inString = false;
    } else if (character === quote) inString = true;
    else if (character === openBrace || character === openBracket) {
      if (++depth > limit) return false;
    } else if (character === closeBrace || character === closeBracket) depth--;
  }
  return true;
}

const quote = 0x22;
const backslash = 0x5c;
const openBracket = 0x5b;
const closeBracket = 0x5d;
const openBrace = 0x7b;
const closeBrace = 0x7d;
