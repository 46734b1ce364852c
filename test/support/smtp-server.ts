import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';

/** An e-mail as it arrived: who it is for, and its lines with the headers. */
export interface ReceivedEmail {
  readonly from: string;
  readonly to: readonly string[];
  readonly source: string;
}

/** A real mail server on loopback, as far as RFC 5321 asks of one that only receives. */
export interface SmtpServer {
  readonly port: number;
  readonly received: ReceivedEmail[];
  /** What it answers to a recipient from now on; 250 takes it. */
  readonly answerRecipientsWith: (answer: string) => void;
  readonly stop: () => Promise<void>;
}

export async function startSmtpServer(): Promise<SmtpServer> {
  const received: ReceivedEmail[] = [];
  const sockets = new Set<Socket>();
  let recipientAnswer = '250 OK';
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    socket.on('error', () => undefined);
    serve(socket, () => recipientAnswer, received);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    received,
    answerRecipientsWith: (answer) => (recipientAnswer = answer),
    async stop() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function serve(socket: Socket, recipientAnswer: () => string, received: ReceivedEmail[]): void {
  let from = '';
  let to: string[] = [];
  let data: string[] | undefined;
  let rest = '';
  const say = (line: string): boolean => socket.write(`${line}\r\n`);
  const onLine = (line: string): void => {
    if (data !== undefined) {
      if (line !== '.') return void data.push(line.replace(/^\./, ''));
      received.push({ from, to, source: data.join('\n') });
      data = undefined;
      return void say('250 queued');
    }
    const [, address = ''] = /<([^>]*)>/.exec(line) ?? [];
    switch (line.slice(0, 4).toUpperCase()) {
      case 'EHLO':
      case 'HELO':
      case 'RSET':
        return void say('250 loopback');
      case 'MAIL':
        [from, to] = [address, []];
        return void say('250 OK');
      case 'RCPT': {
        const answer = recipientAnswer();
        if (answer.startsWith('250')) to.push(address);
        return void say(answer);
      }
      case 'DATA':
        data = [];
        return void say('354 go on');
      case 'QUIT':
        say('221 bye');
        return void socket.end();
      default:
        say('502 not here');
    }
  };
  socket.on('data', (chunk: Buffer) => {
    const lines = (rest + chunk.toString('utf8')).split('\r\n');
    rest = lines.pop() ?? '';
    lines.forEach(onLine);
  });
  say('220 loopback ESMTP');
}
