/** Where an event store answers. */
export interface EventStoreAddress {
  /** Scheme, host and port; a placeholder where a socket is used. */
  readonly origin: string;
  /** A Unix socket to use instead of the network. */
  readonly socketPath: string | undefined;
  readonly username: string;
  readonly password: string;
  readonly database: string;
}

const defaultDatabase = 'default';
const defaultUser = 'default';

/**
 * Reads `http(s)://user:password@host:port/database` or `unix:/path/to/socket?database=name`.
 * @throws Error that says what is wrong, without repeating a password
 */
export function parseEventStoreUrl(text: string): EventStoreAddress {
  const url = parse(text);
  switch (url.protocol) {
    case 'unix:':
      return {
        origin: 'http://localhost',
        socketPath: decodeURIComponent(url.pathname),
        username: defaultUser,
        password: '',
        database: databaseName(url.searchParams.get('database') ?? defaultDatabase),
      };
    case 'http:':
    case 'https:':
      return {
        origin: url.origin,
        socketPath: undefined,
        username: decodeURIComponent(url.username) || defaultUser,
        password: decodeURIComponent(url.password),
        database: databaseName(decodeURIComponent(url.pathname.slice(1)) || defaultDatabase),
      };
    default:
      throw new Error(`the address of ClickHouse begins with http:, https: or unix:, not ${url.protocol}`);
  }
}

function parse(text: string): URL {
  try {
    return new URL(text);
  } catch {
    throw new Error('the address of ClickHouse is not http(s)://user:password@host:port/database or unix:/path/to/socket');
  }
}

/** Database names stand in statements: only plain ones are accepted. */
function databaseName(name: string): string {
  if (!/^[A-Za-z_][A-Za-z0-9_]{0,62}$/.test(name))
    throw new Error(`the database ${JSON.stringify(name)} is not a name of letters, digits and _ (up to 63)`);
  return name;
}
