import type { S3StoreOptions } from './stores/s3.ts';

export type S3Place = Pick<S3StoreOptions, 'bucket' | 'prefix' | 'endpoint' | 'region' | 'pathStyle'>;

const form = 's3://<bucket>[/<prefix>][?endpoint=<http(s)://host:port>&region=<region>&pathStyle=true]';

/**
 * Reads `s3://bucket[/prefix][?endpoint=http://host:9000&region=eu-central-1&pathStyle=true]`.
 * Throws a `RangeError` for anything that it does not know, as a parameter with a slip in it would
 * put results somewhere else. Messages tell no value but the bucket's name.
 */
export function s3Place(url: string): S3Place {
  const wrong = (what: string) => new RangeError(`${what}, expected ${form}`);
  if (!URL.canParse(url)) throw wrong('the URL of an S3 store cannot be read');
  const { hostname: bucket, host, username, password, pathname, searchParams, hash } = new URL(url);
  if (username !== '' || password !== '') {
    throw wrong('the URL of an S3 store has a user (credentials are found as the AWS SDKs find them)');
  }
  if (host !== bucket) throw wrong('the URL of an S3 store has a port behind its bucket');
  if (hash !== '') throw wrong('the URL of an S3 store has a #');
  if (!/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(bucket)) {
    throw wrong(bucket === '' ? 'the URL of an S3 store has no bucket' : `an S3 bucket is called "${bucket}"`);
  }
  const parameters = new Map<string, string>();
  for (const [name, value] of searchParams) {
    if (!['endpoint', 'region', 'pathStyle'].includes(name)) throw wrong(`an S3 store has no parameter "${name}"`);
    if (value === '' || parameters.has(name)) throw wrong(`parameter ${name} of an S3 store is empty or given twice`);
    parameters.set(name, value);
  }
  const [endpoint, pathStyle] = [parameters.get('endpoint'), parameters.get('pathStyle') ?? 'false'];
  if (endpoint !== undefined && !isOrigin(endpoint)) {
    throw wrong('parameter endpoint of an S3 store is not http(s)://host[:port] and nothing else');
  }
  if (pathStyle !== 'true' && pathStyle !== 'false') {
    throw wrong('parameter pathStyle of an S3 store is neither true nor false');
  }
  const prefix = decodedPath(pathname);
  if (prefix === undefined) throw wrong('the prefix of an S3 store has a % that encodes nothing');
  return { bucket, prefix, endpoint, region: parameters.get('region'), pathStyle: pathStyle === 'true' };
}

function isOrigin(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, origin, href } = new URL(url);
  return /^https?:$/.test(protocol) && (href === origin || href === `${origin}/`);
}

/** Without the slashes at its ends. */
function decodedPath(path: string): string | undefined {
  try {
    return decodeURIComponent(path.replace(/^\/+|\/+$/g, ''));
  } catch {
    return undefined;
  }
}
