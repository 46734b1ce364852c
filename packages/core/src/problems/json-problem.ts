/**
 * What is wrong with a text that is no JSON, by what `JSON.parse` threw, without any of the text: engines quote what stands
 * around the mistake, and that may be private.
 */
export function jsonProblem(error: unknown): string {
  const message = error instanceof Error ? error.message : '';
  const [reason = ''] = message.split(/(?:^|,? )(?:\.\.\.)?"/, 1);
  // Of `Unexpected token '…'` the sign is part of the text, too.
  const withoutSign = reason.replace(/^(Unexpected token) .*$/su, '$1');
  return withoutSign === '' ? 'it can not be read' : withoutSign.slice(0, 100);
}
