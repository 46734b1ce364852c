import { jsonProblem } from '@stitchd/core';
import { problem } from '@stitchd/service-kit';
import type { FastifyInstance } from 'fastify';
import { maxJsonDepth } from '../limits.ts';

/** Reads JSON bodies and nothing else; an empty one counts as absent. */
export function readJsonBodies(server: FastifyInstance): void {
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('application/json', { parseAs: 'string' }, (_, body, done) => {
    try {
      done(null, readJson(String(body)));
    } catch (error) {
      done(error instanceof Error ? error : new Error(String(error)));
    }
  });
}

/**
 * The value of a JSON body; undefined for an empty one.
 * @throws MALFORMED_JSON, VALIDATION_FAILED for one that is nested too deep
 */
export function readJson(text: string): unknown {
  if (text === '' || text.trim() === '') return undefined;
  if (!isWithinDepth(text, maxJsonDepth))
    throw problem('VALIDATION_FAILED', `The body is nested deeper than ${maxJsonDepth} levels.`);
  const value = parsed(text);
  if (mayNamePrototype.test(text) && namesPrototype(value))
    throw problem('MALFORMED_JSON', 'The body has a field __proto__ or constructor.prototype, which is not allowed.');
  return value;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw problem('MALFORMED_JSON', `The body is not JSON: ${jsonProblem(error)}.`);
  }
}

/** Escapes may spell any name. */
const mayNamePrototype = /__proto__|constructor|\\u/;

/** Copying such a field would change what an object is. */
function namesPrototype(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (Object.hasOwn(value, '__proto__')) return true;
  const { constructor } = value;
  if (Object.hasOwn(value, 'constructor') && typeof constructor === 'object' && Object.hasOwn(constructor, 'prototype'))
    return true;
  return Object.values(value).some(namesPrototype);
}

/** Hands the bytes of bodies of one type on as they arrived. */
export function readRawBodies(server: FastifyInstance, mediaType: 'application/json' | 'application/octet-stream'): void {
  server.removeAllContentTypeParsers();
  server.addContentTypeParser(mediaType, { parseAs: 'buffer' }, (_, body, done) => done(null, body));
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
