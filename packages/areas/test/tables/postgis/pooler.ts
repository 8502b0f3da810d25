import { connect, createServer, type Socket } from 'node:net';

/**
 * A proxy between clients and a database that gives each transaction another connection, as
 * PgBouncer does.
 */
export interface Pooler {
  readonly url: string;
  /** The requests of clients that a pooler cannot fulfil: state that outlives a transaction. */
  readonly violations: readonly string[];
  close(): void;
}

/** The parameters that PgBouncer accepts for a connection; it refuses all others. */
const tracked = ['user', 'database', 'application_name', 'client_encoding'];

export async function startPooler(url: string): Promise<Pooler> {
  const violations: string[] = [];
  const sockets = new Set<Socket>();
  const target = new URL(url);
  const server = createServer((client) => {
    const database = connect(Number(target.port), target.hostname);
    for (const socket of [client, database]) {
      sockets.add(socket);
      socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
    }
    const take = messages((type, body) => {
      const refused = type === undefined ? startupParameters(body).find((name) => !tracked.includes(name)) : undefined;
      if (refused !== undefined) client.end(fatal(`unsupported startup parameter: ${refused}`));
      const violation = type === undefined ? undefined : violationIn(type, body.toString());
      if (violation !== undefined) violations.push(violation);
    });
    client.on('data', (bytes) => {
      take(bytes);
      if (client.writable) database.write(bytes);
    });
    database.pipe(client);
    client.on('close', () => database.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  return {
    url: Object.assign(new URL(url), { port: String(port) }).href,
    violations,
    close() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

/** Splits the bytes of a client into messages; the first one has no type. */
function messages(onMessage: (type: string | undefined, body: Buffer) => void): (bytes: Buffer) => void {
  let pending = Buffer.alloc(0);
  let isFirst = true;
  return (bytes) => {
    pending = Buffer.concat([pending, bytes]);
    for (;;) {
      const head = isFirst ? 0 : 1;
      if (pending.length < head + 4) return;
      const end = head + pending.readUInt32BE(head);
      if (pending.length < end) return;
      onMessage(isFirst ? undefined : String.fromCharCode(pending[0] as number), pending.subarray(head + 4, end));
      pending = pending.subarray(end);
      isFirst = false;
    }
  };
}

/** The names of the parameters after the version of the protocol. */
function startupParameters(body: Buffer): string[] {
  return body
    .subarray(4)
    .toString()
    .split('\0')
    .filter((text, i) => i % 2 === 0 && text !== '');
}

/**
 * The violation in a message. `Q` is a query. `P` is a query with parameters, after the name under
 * which it is kept.
 */
function violationIn(type: string, text: string): string | undefined {
  if (type !== 'Q' && type !== 'P') return undefined;
  const [name = '', sql = ''] = type === 'Q' ? ['', text] : text.split('\0');
  if (name !== '') return `a prepared statement ${name}`;
  return /\b(LISTEN|PREPARE|WITH HOLD|TEMP|SET(?! LOCAL)\s+\w+\s*=|set_config)\b/i.exec(sql)?.[0];
}

function fatal(message: string): Buffer {
  const fields = Buffer.from(`SFATAL\0C08P01\0M${message}\0\0`);
  const head = Buffer.alloc(5);
  head.write('E');
  head.writeInt32BE(4 + fields.length, 1);
  return Buffer.concat([head, fields]);
}
