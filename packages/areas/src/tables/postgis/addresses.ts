import { hostUrls } from './database-url.ts';
import { type Parameters, parametersOf } from './parameters.ts';

/** The servers that a database's URL and PostgreSQL's variables name. */
export interface Addresses {
  readonly parameters: Parameters;
  /** A URL for each server, in their order, without the parameters that are read here. */
  readonly urls: readonly string[];
}

/**
 * Reads a URL that `databasePlace` understands. Throws a sentence for hosts and ports that do not
 * match.
 */
export function addressesOf(url: string, environment: NodeJS.ProcessEnv): Addresses {
  const written = hostUrls(url);
  const first = written[0] as URL;
  const parameters = parametersOf(first, environment);
  const isListed = first.searchParams.has('host') || first.hostname === '';
  const hosts = isListed ? listOf(parameters('host')) : written.map(() => '');
  const ports = listOf(!isListed && written.some(({ port }) => port !== '') ? '' : parameters('port'));
  if (ports.length > 1 && ports.length !== hosts.length) {
    throw new Error(`${ports.length} ports are given for ${hosts.length} hosts, expected one, or one for each`);
  }
  const urls = hosts.map((host, i) => {
    const one = new URL(written[isListed ? 0 : i] as URL);
    for (const name of [...readHere, ...(ports.length > 1 ? ['port'] : [])]) one.searchParams.delete(name);
    if (host !== '') one.searchParams.set('host', host);
    const port = ports[ports.length > 1 ? i : 0];
    if (port) one.searchParams.set('port', port);
    return one.href;
  });
  return { parameters, urls };
}

const readHere = [
  'ssl',
  'sslmode',
  'sslrootcert',
  'sslcert',
  'sslkey',
  'sslpassword',
  'sslnegotiation',
  'uselibpqcompat',
];

function listOf(text = ''): readonly string[] {
  return text.split(',').map((one) => one.trim());
}
