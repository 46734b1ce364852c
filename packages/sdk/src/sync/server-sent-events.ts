export interface ServerSentEvent {
  /** `message` where the server names none. */
  readonly type: string;
  readonly data: string;
}

/** Events of more than the limit. */
export class EventTooLargeError extends Error {}

/**
 * Cuts a stream into events, as the HTML standard says ("parsing an event stream").
 * Ids are not kept: what is here says where to go on.
 * @param maxLength - of one event, in UTF-16 code units
 */
export function createEventReader(maxLength: number, onEvent: (event: ServerSentEvent) => void): (bytes: Uint8Array) => void {
  const decoder = new TextDecoder();
  let pieces: string[] = [];
  let length = 0;
  let type = '';
  let data: string[] = [];
  let afterReturn = false;

  const check = (characters: number): void => {
    if (characters > maxLength) throw new EventTooLargeError(`the server sent an event of more than ${maxLength} characters`);
  };
  const takeLine = (line: string): void => {
    length += line.length;
    check(length);
    if (line === '') {
      if (data.length > 0) onEvent({ type: type || 'message', data: data.join('\n') });
      type = '';
      data = [];
      length = 0;
      return;
    }
    const colon = line.indexOf(':');
    const field = colon === -1 ? line : line.slice(0, colon);
    const value = colon === -1 ? '' : line.slice(line[colon + 1] === ' ' ? colon + 2 : colon + 1);
    if (field === 'data') data.push(value);
    else if (field === 'event') type = value;
  };
  return (bytes) => {
    const text = decoder.decode(bytes, { stream: true });
    let start = 0;
    for (const { index, 0: ending } of text.matchAll(/\r\n|\r|\n/g)) {
      // A line feed after a carriage return that ended the piece before ends no further line.
      const endsNothing = afterReturn && index === 0 && ending === '\n';
      if (!endsNothing) {
        pieces.push(text.slice(start, index));
        const line = pieces.join('');
        pieces = [];
        takeLine(line);
      }
      start = index + ending.length;
    }
    if (text !== '') afterReturn = text.endsWith('\r');
    if (start < text.length) pieces.push(text.slice(start));
    check(length + pieces.reduce((sum, piece) => sum + piece.length, 0));
  };
}
