import type { ProblemCode } from '@stitchd/core';
import type { Principal } from '@stitchd/service-kit';
import type { z } from 'zod';
import type { GatewayContext } from '../context.ts';
import type { Caller } from '../identity/caller.ts';
import type { EventSink } from '../sync/event-sink.ts';
import type { Tag } from './tags.ts';

/**
 * Who may ask: anybody; the bearer of the refresh cookie, from our own pages; people and API tokens; SDK keys of either
 * kind; server SDK keys; the bearer of a ticket in the query, where no header can be sent. What people may do in detail is
 * decided by the services.
 */
export type EndpointAccess = 'public' | 'cookie' | 'people' | 'sdk-key' | 'server-key' | 'ticket';

/** The names after the colons of a URL pattern. */
export type ParamNames<Url extends string> = Url extends `${string}:${infer Name}/${infer Rest}`
  ? Name | ParamNames<`/${Rest}`>
  : Url extends `${string}:${infer Name}`
    ? Name
    : never;

export interface EndpointInput<Param extends string, Query, Body> {
  readonly params: Readonly<Record<Param, string>>;
  readonly query: Query;
  readonly body: Body;
  /** The version in If-Match; 0 where none was given and none is required. */
  readonly ifVersion: number;
  /** Undefined on public endpoints only; scoped to the project and environment in the path. */
  readonly principal: Principal | undefined;
  /** The refresh token in the cookie. */
  readonly refreshToken: string | undefined;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
}

/** What an endpoint answers; undefined fields leave the declared status and no further headers. */
export interface Answer {
  readonly status?: number;
  readonly body?: unknown;
  /** The body as JSON already, instead of `body`; as bytes it may be compressed, with a header that says so. */
  readonly json?: string | Buffer;
  /**
   * Server-sent events instead of a body: called at a moment at which the key is known to be valid. Nothing may be awaited
   * before the stream is where revocations find it; what throws before anything is written is answered as a problem.
   */
  readonly events?: (stream: OpenedEventStream) => EventStreamFollower;
  /** A file instead of a body. */
  readonly file?: AnsweredFile;
  /** Served as ETag. */
  readonly version?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly refreshCookie?: { readonly token: string; readonly expiresAt: Date } | 'clear';
}

/** A file that is sent while it is made. */
export interface AnsweredFile {
  /** ASCII, and nothing that would end a quoted string. */
  readonly name: string;
  readonly mediaType: string;
  /** Throws where the file can't be finished. */
  readonly bytes: AsyncIterable<Uint8Array>;
  /** The client is gone. */
  readonly cancel: () => void;
}

/** A stream of server-sent events. */
export interface OpenedEventStream {
  readonly sink: EventSink;
  /** Of the key that opened it: SHA-256, hexadecimal. */
  readonly keyHash: string;
}

/** What follows an environment by a stream of events. */
export interface EventStreamFollower {
  /** The client is gone, or was told the end. */
  readonly onClosed: () => void;
}

interface Declared<Url extends string, Query extends z.ZodType, Body extends z.ZodType> {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** As Fastify writes it: `/v1/projects/:project`. */
  readonly url: Url;
  /** Stable: generated clients name their functions after it. */
  readonly operationId: string;
  readonly tag: Tag;
  readonly summary: string;
  readonly description: string;
  readonly access: EndpointAccess;
  readonly query?: Query;
  readonly body?: Body;
  /** Whether the write must say which version it changes. */
  readonly ifMatch?: 'required' | 'optional';
  /** Whether an Idempotency-Key makes repeating it safe. */
  readonly repeatable?: boolean;
  /** Of the answer that is expected. */
  readonly status: number;
  /** Absent: no body. */
  readonly answer?: z.ZodType;
  /** The answer is a stream of server-sent events; this says which. `answer` is absent then. */
  readonly eventStream?: string;
  /** The answer is a file; this says which. `answer` is absent then. */
  readonly file?: string;
  /** Request headers that matter here, by name, with what they do. */
  readonly requestHeaders?: Readonly<Record<string, string>>;
  /** The same of the answer. */
  readonly responseHeaders?: Readonly<Record<string, string>>;
  /** Problem codes beyond those that follow from the rest of the declaration. */
  readonly problems?: readonly ProblemCode[];
  /** Bytes; the installation's default where absent. */
  readonly bodyLimit?: number;
  /** How long the services have together; `requestDeadlineMs` where absent. */
  readonly deadlineMs?: number;
  /** The body is handed on as the bytes that arrived. */
  readonly rawBody?: boolean;
  /** The body is any bytes, handed on as they arrived; this says which. */
  readonly bytesBody?: string;
  /** Sent by browsers of other origins, where the key allows it. */
  readonly crossOrigin?: boolean;
  /** What is wrong with the request itself is told in the words of OFREP. */
  readonly ofrep?: boolean;
  /** Statuses beyond `status` that carry the same shape of body. */
  readonly otherStatuses?: Readonly<Record<number, string>>;
}

/** One operation of the public interface: what documents it and answers it. */
export type Endpoint = CheckedEndpoint | DirectEndpoint;

/** Its query and body are checked by their schemas before it is handled. */
export interface CheckedEndpoint extends Declared<string, z.ZodType, z.ZodType> {
  readonly handle: (input: EndpointInput<string, unknown, unknown>, context: GatewayContext) => Promise<Answer>;
}

/** What an endpoint gets that reads its request by itself. */
export interface DirectInput {
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, unknown>>;
  /** The body as it arrived; empty where there is none, and where the endpoint wants bytes. */
  readonly text: string;
  /** The same, of an endpoint with `rawBody`. */
  readonly bytes: Uint8Array;
  readonly caller: Caller | undefined;
  readonly requestId: string;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
}

/** What a direct endpoint answers. */
export interface DirectAnswer {
  readonly status: number;
  /** The body, in ASCII; absent: none. */
  readonly text?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * An operation that is asked so often that what the frame does for the others would cost more than it does itself: it reads
 * its body, and answers at once where it has nothing to wait for. Its schemas document it.
 */
export interface DirectEndpoint extends Declared<string, z.ZodType, z.ZodType> {
  readonly direct: (input: DirectInput, context: GatewayContext) => DirectAnswer | Promise<DirectAnswer>;
}

/** Declares an endpoint; the handler's types follow from the URL and the schemas. */
export function endpoint<const Url extends string, Query extends z.ZodType, Body extends z.ZodType>(
  declared: Declared<Url, Query, Body> & {
    readonly handle: (
      input: EndpointInput<ParamNames<Url>, z.output<Query>, z.output<Body>>,
      context: GatewayContext,
    ) => Promise<Answer>;
  },
): CheckedEndpoint {
  return declared as unknown as CheckedEndpoint;
}

/** The names after the colons of an endpoint's URL. */
export function paramNames(url: string): readonly string[] {
  return [...url.matchAll(/:(\w+)/g)].map(([, name = '']) => name);
}
