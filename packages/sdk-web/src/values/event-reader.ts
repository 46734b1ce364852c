/** One event of a `text/event-stream`. */
export interface ServerEvent {
  readonly event: string;
  readonly data: string;
}

/**
 * Takes a stream of events apart as it arrives (WHATWG HTML, "Server-sent events").
 *
 * @param maxCharacters - of one event
 * @returns what to call with each piece of text: the events that it completes
 * @throws RangeError where an event grows beyond the limit
 */
export function createEventReader(maxCharacters: number): (text: string) => readonly ServerEvent[] {
  let rest = '';
  let event = 'message';
  let data: string[] = [];
  let characters = 0;
  return (text) => {
    const complete: ServerEvent[] = [];
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const ended of lines) {
      const line = ended.endsWith('\r') ? ended.slice(0, -1) : ended;
      characters += line.length;
      if (line === '') {
        if (data.length > 0) complete.push({ event, data: data.join('\n') });
        event = 'message';
        data = [];
        characters = 0;
        continue;
      }
      const colon = line.indexOf(':');
      const value = line.slice(colon + 1).replace(/^ /, '');
      if (line.startsWith('event:')) event = value;
      if (line.startsWith('data:')) data.push(value);
    }
    if (characters + rest.length > maxCharacters) throw new RangeError(`an event is above ${maxCharacters} characters`);
    return complete;
  };
}
