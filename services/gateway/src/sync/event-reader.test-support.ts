import { get, type IncomingMessage } from 'node:http';
import { createReplica, readReplicaMessage } from '@stitchd/core';

export interface ReadEvent {
  readonly event: string;
  readonly id: string | undefined;
  readonly data: string;
}

/** The whole events at the beginning of a text, and what is left of it. */
export function takeEvents(text: string): { readonly events: readonly ReadEvent[]; readonly rest: string } {
  const blocks = text.split('\n\n');
  const rest = blocks.pop() ?? '';
  const fieldOf = (block: string, name: string): string | undefined =>
    block
      .split('\n')
      .find((line) => line.startsWith(`${name}: `))
      ?.slice(name.length + 2);
  const events = blocks.map((block) => ({
    event: fieldOf(block, 'event') ?? 'message',
    id: fieldOf(block, 'id'),
    data: fieldOf(block, 'data') ?? '',
  }));
  return { events, rest };
}

/** A reader of server-sent definitions that applies what it gets. */
export function followByEvents(url: string, key: string, lastEventId?: string) {
  const replica = createReplica();
  const events: ReadEvent[] = [];
  const outcomes: string[] = [];
  const state: { response?: IncomingMessage; ended?: true } = {};
  let text = '';
  const headers = { authorization: `Bearer ${key}`, ...(lastEventId !== undefined && { 'last-event-id': lastEventId }) };
  const request = get(`${url}/v1/sdk/definitions/stream`, { headers, agent: false }, (response) => {
    state.response = response;
    response.setEncoding('utf8');
    response.on('data', (chunk: string) => {
      const taken = takeEvents(text + chunk);
      text = taken.rest;
      for (const each of taken.events) {
        events.push(each);
        const read = each.event === 'message' ? readReplicaMessage(each.data) : undefined;
        if (read !== undefined) outcomes.push(read.kind === 'ok' ? replica.apply(read.message).kind : read.why);
      }
    });
    response.on('error', () => undefined);
    response.on('close', () => (state.ended = true));
  });
  request.on('error', () => (state.ended = true));
  return { replica, events, outcomes, state, close: (): void => void request.destroy() };
}
