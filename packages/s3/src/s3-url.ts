/** The parts of a URL of an S3-compatible service. */
export interface S3Url {
  readonly bucket: string;
  /** The key or the prefix. A prefix has no slashes at its ends. */
  readonly path: string;
  /** The URL of a service other than Amazon's, `http(s)://host[:port]`. */
  readonly endpoint: string | undefined;
  /** The region; undefined: the one that the AWS SDK finds. */
  readonly region: string | undefined;
  /**
   * Whether the bucket is in the path instead of the host name. Most services other than Amazon's
   * need this.
   */
  readonly pathStyle: boolean;
  /** Whether readers pay for what they read of the bucket, and agree to it. */
  readonly requesterPays: boolean;
}

/** The forms of a URL, by what its path is. */
const forms = {
  key: 's3://<bucket>/<key>',
  prefix: 's3://<bucket>[/<prefix>]',
} as const;

const service = ['endpoint', 'region', 'pathStyle'];

/** The parameters of a URL. Only readers of rasters may pay: a store is its owner's. */
const parameters = { key: [...service, 'requesterPays'], prefix: service } as const;

/**
 * Reads `s3://bucket/path[?endpoint=http://host:9000&region=eu-central-1&pathStyle=true]`, also
 * with `requesterPays=true`; `?`, `#` and `%` in the path are escaped as in any URL. `kind` says
 * what the path is. Throws a RangeError for anything unknown, because a mistyped parameter would
 * address another object. Its message repeats no value but the bucket's name.
 */
export function readS3Url(url: string, kind: keyof typeof forms): S3Url {
  const form = `${forms[kind]}[?endpoint=<http(s)://host:port>&region=<region>&pathStyle=true]`;
  const wrong = (what: string) => new RangeError(`${what}, expected ${form}`);
  if (!URL.canParse(url)) throw wrong('the URL cannot be read');
  const { hostname: bucket, host, username, password, pathname, searchParams, hash } = new URL(url);
  if (username !== '' || password !== '')
    throw wrong('the URL has a user (credentials are found as the AWS SDKs find them)');
  if (host !== bucket) throw wrong('the URL has a port behind its bucket');
  if (hash !== '') throw wrong(`the URL has a # (in a ${kind} it is written %23)`);
  if (!/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(bucket))
    throw wrong(bucket === '' ? 'the URL has no bucket' : `a bucket is called "${bucket}"`);
  for (const name of searchParams.keys()) {
    if (!parameters[kind].includes(name)) throw wrong(`the URL has a parameter "${name}"`);
    if (searchParams.getAll(name).join('') === '' || searchParams.getAll(name).length > 1)
      throw wrong(`parameter ${name} is empty or given twice`);
  }
  const endpoint = searchParams.get('endpoint') ?? undefined;
  if (endpoint !== undefined && !isOrigin(endpoint))
    throw wrong('parameter endpoint is not http(s)://host[:port] and nothing else');
  const isSet = (name: string) => {
    const value = searchParams.get(name) ?? 'false';
    if (value !== 'true' && value !== 'false') throw wrong(`parameter ${name} is neither true nor false`);
    return value === 'true';
  };
  const [pathStyle, requesterPays] = [isSet('pathStyle'), isSet('requesterPays')];
  const path = decoded(kind === 'key' ? pathname.slice(1) : pathname.replace(/^\/+|\/+$/g, ''));
  if (path === undefined) throw wrong(`the ${kind} has a % that encodes nothing`);
  if (path === '' && kind === 'key') throw wrong('the URL has no key');
  const region = searchParams.get('region') ?? defaultRegion(endpoint);
  return { bucket, path, endpoint, region, pathStyle, requesterPays };
}

/** A service at an endpoint of its own has only one region, which the URL need not name. */
export function defaultRegion(endpoint: string | undefined): string | undefined {
  return endpoint === undefined ? undefined : 'us-east-1';
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
