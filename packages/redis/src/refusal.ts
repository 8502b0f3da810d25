import { errorsIn } from '@cellshed/telling';
import { redisAddress } from './address.ts';
import { type Library, openClient } from './client.ts';

/** The fault in the access to a server. */
export interface AccessProblem {
  readonly who: 'server' | 'Sentinel';
  /** The rest of a sentence that begins with the server. It tells no password. */
  readonly problem: string;
}

/**
 * Why a server, or a Sentinel, refuses whoever asks it, if an error says so: the user, the password
 * or its rights, or a certificate that this process does not trust.
 */
export function accessProblem(error: unknown): AccessProblem | undefined {
  const messages = errorsIn(error).map(({ message }) => message);
  const problem = messages.map(problemIn).find((one) => one !== undefined);
  if (problem === undefined) return undefined;
  return { who: messages.some((message) => /sentinels/.test(message)) ? 'Sentinel' : 'server', problem };
}

function problemIn(message: string): string | undefined {
  if (/\bWRONGPASS |\binvalid password$/.test(message)) return 'does not accept the user or the password';
  if (/\bNOAUTH /.test(message)) return 'wants a password';
  const [, right] = /\bNOPERM (?:User \S+ has|this user has) (no permissions? .*)/i.exec(message) ?? [];
  if (right !== undefined) return `gives its user too few rights (${right})`;
  const [distrust] = /[^:]*certificate[^;]*/i.exec(message) ?? [];
  if (distrust === undefined) return undefined;
  return `has a certificate that is not trusted (${distrust.trim()}): NODE_EXTRA_CA_CERTS names a file of further ones`;
}

/**
 * Connects once to what a URL names, to each of the nodes of a cluster, and returns why it is
 * refused; undefined if it is not, or if nobody answers.
 */
export async function accessProblemAt(
  library: Library,
  url: string,
  connectMilliseconds: number,
): Promise<AccessProblem | undefined> {
  const problems = await Promise.all(serversOf(url).map((one) => problemOf(library, one, connectMilliseconds)));
  return problems.find((one) => one !== undefined);
}

/** The URL of each node of a cluster, whose errors leave out the reason. */
function serversOf(url: string): readonly string[] {
  const address = redisAddress(url);
  if (address.kind !== 'cluster') return [url];
  const { nodes, username = '', password = '', tls } = address;
  const user = password === '' ? '' : `${encodeURIComponent(username)}:${encodeURIComponent(password)}@`;
  return nodes.map(({ host, port }) => {
    return `redis${tls ? 's' : ''}://${user}${host.includes(':') ? `[${host}]` : host}:${port}`;
  });
}

async function problemOf(
  library: Library,
  url: string,
  connectMilliseconds: number,
): Promise<AccessProblem | undefined> {
  const client = openClient(library, url, {
    connectMilliseconds,
    silentMilliseconds: connectMilliseconds,
    whileAway: 'fail',
    lazyConnect: true,
  });
  const problems: (AccessProblem | undefined)[] = [];
  client.on('error', (error: Error) => problems.push(accessProblem(error)));
  // Its listener hears the reason before.
  await client.connect().catch(() => undefined);
  client.disconnect();
  return problems.find((one) => one !== undefined);
}
