/** Where an object of an S3-compatible service lies. */
export interface S3Address {
  readonly bucket: string;
  readonly key: string;
  /** Of a service that is not Amazon's, `http(s)://host[:port]`. */
  readonly endpoint: string | undefined;
  /** undefined: as the AWS SDK finds it. */
  readonly region: string | undefined;
  /**
   * The bucket in the path instead of the host name, as most services other than Amazon's want it.
   */
  readonly pathStyle: boolean;
}

const form = 's3://<bucket>/<key>[?endpoint=<http(s)://host:port>&region=<region>&pathStyle=true]';

/**
 * Reads `s3://bucket/key[?endpoint=http://host:9000&region=eu-central-1&pathStyle=true]`; what a
 * key has of `?`, `#` and `%` is written as in any URL. Throws a RangeError for anything that it
 * does not know; it tells no value but the bucket's name.
 */
export function s3Address(url: string): S3Address {
  const wrong = (what: string) => new RangeError(`${what}, expected ${form}`);
  if (!URL.canParse(url)) throw wrong('the URL cannot be read');
  const { hostname: bucket, host, username, password, pathname, searchParams, hash } = new URL(url);
  if (username !== '' || password !== '') {
    throw wrong('the URL has a user (credentials are found as the AWS SDKs find them)');
  }
  if (host !== bucket) throw wrong('the URL has a port behind its bucket');
  if (hash !== '') throw wrong('the URL has a # (in a key it is written %23)');
  if (!/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(bucket)) {
    throw wrong(bucket === '' ? 'the URL has no bucket' : `a bucket is called "${bucket}"`);
  }
  const known = ['endpoint', 'region', 'pathStyle'];
  for (const name of searchParams.keys()) {
    if (!known.includes(name)) throw wrong(`the URL has a parameter "${name}"`);
    if (searchParams.getAll(name).join('') === '' || searchParams.getAll(name).length > 1)
      throw wrong(`parameter ${name} is empty or given twice`);
  }
  const [endpoint, pathStyle] = [searchParams.get('endpoint') ?? undefined, searchParams.get('pathStyle') ?? 'false'];
  if (endpoint !== undefined && !isOrigin(endpoint)) {
    throw wrong('parameter endpoint is not http(s)://host[:port] and nothing else');
  }
  if (pathStyle !== 'true' && pathStyle !== 'false') throw wrong('parameter pathStyle is neither true nor false');
  const key = decoded(pathname.slice(1));
  if (key === undefined) throw wrong('the key has a % that encodes nothing');
  if (key === '') throw wrong('the URL has no key');
  // With an endpoint of its own a service has but one region, which need not be told.
  const region = searchParams.get('region') ?? (endpoint === undefined ? undefined : 'us-east-1');
  return { bucket, key, endpoint, region, pathStyle: pathStyle === 'true' };
}

function isOrigin(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, origin, href } = new URL(url);
  return /^https?:$/.test(protocol) && (href === origin || href === `${origin}/`);
}

function decoded(path: string): string | undefined {
  try {
    return decodeURIComponent(path);
  } catch {
    return undefined;
  }
}
