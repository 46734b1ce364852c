import { Transform } from 'node:stream';

/** Takes notifications out of what PostgreSQL answers, while it is told to. */
export interface NotificationFilter {
  /** For one connection. */
  readonly create: () => Transform;
  /** Whether notifications are dropped. */
  isDropping: boolean;
  /** How many were. */
  dropped: number;
}

const notificationResponse = 'A'.charCodeAt(0);
const headBytes = 5;

/** PostgreSQL 3.0 protocol, "Message Formats": a type, a length that counts itself, and the rest. */
export function createNotificationFilter(): NotificationFilter {
  const filter: NotificationFilter = {
    isDropping: false,
    dropped: 0,
    create() {
      let waiting = Buffer.alloc(0);
      return new Transform({
        transform(chunk: Buffer, _, done) {
          waiting = Buffer.concat([waiting, chunk]);
          while (waiting.length >= headBytes) {
            const length = 1 + waiting.readUInt32BE(1);
            if (waiting.length < length) break;
            const message = waiting.subarray(0, length);
            waiting = waiting.subarray(length);
            if (filter.isDropping && message[0] === notificationResponse) filter.dropped++;
            else this.push(message);
          }
          done();
        },
      });
    },
  };
  return filter;
}
