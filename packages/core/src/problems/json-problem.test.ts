import { expect, test } from 'vitest';
import { jsonProblem } from './json-problem.ts';

function problemOf(text: string): string {
  try {
    JSON.parse(text);
  } catch (error) {
    return jsonProblem(error);
  }
  throw new Error('it is JSON');
}

test('What is wrong with a text is told without any of it, wherever the mistake is', () => {
  const text = '{"email":"secret@example.org","other":["secret"]}';
  for (let at = 0; at < text.length; at++)
    for (const wrong of [
      text.slice(0, at),
      `${text.slice(0, at)}s"${text.slice(at)}`,
      `${text.slice(0, at)}\n§${text.slice(at)}`,
    ]) {
      const told = problemOf(wrong);
      expect(told, wrong).toMatch(/^[A-Z][\w ,:'{}[\]"()-]+$/);
      expect(told, wrong).not.toMatch(/secret|ecre|email|example|§/);
    }
});

test('Where the engine says what it expected and where, that is told', () => {
  expect(problemOf('{"a" 1}')).toBe("Expected ':' after property name in JSON at position 5");
  expect(problemOf('{"a":')).toBe('Unexpected end of JSON input');
  expect(problemOf('{"a":x}')).toBe('Unexpected token');
  expect(problemOf('undefined')).toBe('it can not be read');
  expect(jsonProblem('thrown as a text')).toBe('it can not be read');
});
