/** One event of a `text/event-stream` (WHATWG HTML, "Server-sent events"). */
export interface ServerSentEvent {
  readonly event: string;
  /** What a reader sends back as Last-Event-ID; where there is none, the one before stays. */
  readonly id?: string | undefined;
  /** Without line breaks, as JSON is. */
  readonly data: string;
}

/** An event as bytes, made once and written to every stream. */
export function eventChunk({ event, id, data }: ServerSentEvent): Buffer {
  return Buffer.from(`event: ${event}\n${id === undefined ? '' : `id: ${id}\n`}data: ${data}\n\n`, 'utf8');
}
