import { randomUUID } from 'node:crypto';
import { maxRequestIdLength } from '../limits.ts';

const pattern = /^[A-Za-z0-9._-]+$/;

/** The client's request id where it sends a plain one, else a new one: it goes into logs, headers and other services. */
export function requestIdOf(header: string | readonly string[] | undefined): string {
  if (typeof header === 'string' && header.length <= maxRequestIdLength && pattern.test(header)) return header;
  return randomUUID();
}
