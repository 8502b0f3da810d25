import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { type S3Server, startS3 } from '../../../cache/test/s3-server.ts';
import { openNetwork } from '../../src/bytes/network.ts';
import { openBytes, openIfThere } from '../../src/bytes/open-bytes.ts';
import { openRaster } from '../../src/open-raster.ts';
import { allSamples, allValues, bytesOf } from '../fixture-files.ts';
import { rangeServer, variedBytes } from '../range-server.ts';

let server: S3Server;
let client: S3Client;
const bucket = 'rasters';
const file = Buffer.from(variedBytes(300_000));
const network = openNetwork({ attempts: 1 });

beforeAll(async () => {
  server = await startS3(bucket);
  client = clientOf(server);
});

afterAll(async () => {
  client.destroy();
  await server.stop();
});

function clientOf({ endpoint }: S3Server): S3Client {
  return new S3Client({ endpoint, region: 'us-east-1', forcePathStyle: true });
}

/** Stores an object and returns its URL. */
async function put(key: string, bytes: Uint8Array, to = client): Promise<string> {
  await to.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: bytes }));
  return urlOf(key);
}

function urlOf(key: string, own = bucket): string {
  const path = key.split('/').map(encodeURIComponent).join('/');
  return `s3://${own}/${path}?endpoint=${encodeURIComponent(server.endpoint)}&region=us-east-1&pathStyle=true`;
}

/** Runs with other variables in the environment; undefined removes a variable. */
async function withEnvironment(variables: Record<string, string | undefined>, run: () => Promise<void>): Promise<void> {
  const set = (values: Record<string, string | undefined>) => {
    for (const [name, value] of Object.entries(values)) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  };
  const before = Object.fromEntries(Object.keys(variables).map((name) => [name, process.env[name]]));
  set(variables);
  try {
    await run();
  } finally {
    set(before);
  }
}

describe('a raster in an S3-compatible service', () => {
  it.each(['uint8-deflate-tiles.tif', 'uint16-deflate-tiles-bigtiff-bigendian.tif'])('is read: %s', async (name) => {
    const raster = await openRaster({
      name: 'soil',
      url: await put(`land cover/ü ?#%&+/${name}`, await bytesOf('values', name)),
    });
    expect(await allSamples(raster)).toEqual(allValues(raster.sampleType));
    expect(raster.isRemote).toBe(true);
    await raster.close();
  });

  it('is read in parts, of one version, that of its ETag', async () => {
    const source = await openBytes(await put('varied', file));
    for (const [offset, length] of [
      [0, 10],
      [70_000, 100_000],
      [299_990, 10],
      [299_990, 20],
      [300_000, 10],
      [200_000, 0],
    ] as const) {
      expect(Buffer.from(await source.read(offset, length))).toEqual(file.subarray(offset, offset + length));
    }
    expect(source.version).toMatch(/^"[0-9a-f]{32}"$/);
    expect(await source.currentVersion()).toBe(source.version);
    await put('varied', file.toReversed());
    expect(await source.currentVersion()).not.toBe(source.version);
    await expect(source.read(100_000, 10)).rejects.toThrow(
      /^cannot read s3:\/\/rasters\/varied at http:\S+: it was replaced since it was opened$/,
    );
    await source.close();
    await source.close();
  });

  it('is read on by others when one of them closes it', async () => {
    const url = await put('varied', file);
    const [one, other] = await Promise.all([openBytes(url), openBytes(url)]);
    await one.close();
    await one.close();
    expect(await other.read(200_000, 5)).toHaveLength(5);
    await other.close();
  });

  it('is left when the signal says so', async () => {
    const source = await openBytes(await put('varied', file));
    const stop = new AbortController();
    const leaving = source.read(100_000, 10, stop.signal);
    stop.abort(new Error('enough'));
    await expect(leaving).rejects.toThrow('enough');
    await expect(source.currentVersion(AbortSignal.abort(new Error('enough')))).rejects.toThrow('enough');
    await source.close();
  });

  it.each<[string, () => string, Record<string, string | undefined>, RegExp]>([
    [
      'without bucket',
      () => urlOf('a.tif', 'elsewhere'),
      {},
      /^cannot read s3:\/\/elsewhere\/a\.tif at http:\S+: there is no bucket elsewhere$/,
    ],
    [
      'without object',
      () => urlOf('no such.tif'),
      {},
      /^cannot read s3:\/\/rasters\/no such\.tif at http:\S+: there is no such object$/,
    ],
    [
      'with the key of nobody',
      () => urlOf('varied'),
      { AWS_ACCESS_KEY_ID: 'STRANGER' },
      /: its credentials are refused \(InvalidAccessKeyId\)$/,
    ],
    [
      'without region',
      () => 's3://rasters/varied',
      { AWS_REGION: undefined, AWS_DEFAULT_REGION: undefined, AWS_CONFIG_FILE: '/nowhere' },
      /^cannot read s3:\/\/rasters\/varied: no region is known, expected one in its URL \(region=…\) or in AWS_REGION$/,
    ],
    [
      'without credentials',
      () => urlOf('varied'),
      {
        AWS_ACCESS_KEY_ID: undefined,
        AWS_SECRET_ACCESS_KEY: undefined,
        AWS_EC2_METADATA_DISABLED: 'true',
        HOME: '/nowhere',
      },
      /: there are no credentials where the AWS SDKs look for them$/,
    ],
  ])('%s is refused in one sentence that tells no secret', async (_, url, environment, sentence) => {
    await withEnvironment(environment, async () => {
      const opening = openBytes(url(), { network });
      await expect(opening).rejects.toThrow(sentence);
      await expect(opening).rejects.not.toThrow(/S3RVER|s3cret|STRANGER/);
    });
  });

  it('is asked for again while the service is away, then told to be away', async () => {
    const other = await startS3(bucket);
    const port = Number(new URL(other.endpoint).port);
    const own = clientOf(other);
    await put('varied', file, own);
    own.destroy();
    const url = `s3://${bucket}/varied?endpoint=${other.endpoint}&pathStyle=true`;
    let again: S3Server | undefined;
    const wait = async () => {
      again ??= await startS3(bucket, port);
    };
    const patient = openNetwork({ attempts: 2, wait });
    const source = await openBytes(url, { network: patient });
    const impatient = await openBytes(url, { network });
    await other.stop('SIGKILL');
    await expect(impatient.read(100_000, 10)).rejects.toThrow(
      new RegExp(`^cannot read s3://rasters/varied at http://127.0.0.1:${port}: connection refused$`),
    );
    // The server returns without its objects.
    await expect(source.read(100_000, 10)).rejects.toThrow('there is no such object');
    await Promise.all([source.close(), impatient.close(), again?.stop()]);
  });
});

describe('a service that fails', () => {
  const at = (url: string) => `s3://rasters/a?endpoint=${new URL(url).origin}&pathStyle=true`;

  it('for a time is asked again, by signed requests with If-Match', async () => {
    await using fake = await rangeServer();
    const waited: number[] = [];
    const wait = async (milliseconds: number) => void waited.push(milliseconds);
    const url = at(fake.put('a', file));
    const headers: unknown[] = [];
    const serve = (request: Parameters<typeof fake.serve>[0], response: Parameters<typeof fake.serve>[1]) => {
      headers.push([request.headers['if-match'], request.headers.authorization?.split(' ')[0]]);
      request.url = '/a';
      fake.serve(request, response);
    };
    fake.faults.push(serve);
    const source = await openBytes(url, { network: openNetwork({ wait, random: () => 0 }) });
    fake.faults.push(
      (_, response) => response.writeHead(503).end('<Error><Code>SlowDown</Code></Error>'),
      (_, response) => response.destroy(),
      (_, response) => {
        response.writeHead(206, {
          etag: source.version,
          'content-range': 'bytes 100000-100009/300000',
          'content-length': 10,
        });
        response.write(file.subarray(100_000, 100_005), () => response.destroy());
      },
      serve,
    );
    expect(Buffer.from(await source.read(100_000, 10))).toEqual(file.subarray(100_000, 100_010));
    expect(waited).toEqual([100, 200, 400]);
    expect(headers).toEqual([
      [undefined, 'AWS4-HMAC-SHA256'],
      [source.version, 'AWS4-HMAC-SHA256'],
    ]);
    await source.close();
  });

  it('to accept the time of this machine is asked again with its own time', async () => {
    await using fake = await rangeServer();
    const url = at(fake.put('a', file));
    const times: unknown[] = [];
    const ahead = new Date(Date.now() + 3_600_000);
    fake.faults.push(
      ({ headers }, response) => {
        times.push(headers['x-amz-date']);
        response.writeHead(403, { date: ahead.toUTCString() }).end('<Error><Code>RequestTimeTooSkewed</Code></Error>');
      },
      (request, response) => {
        times.push(request.headers['x-amz-date']);
        request.url = '/a';
        fake.serve(request, response);
      },
    );
    await (await openBytes(url, { network: openNetwork({ attempts: 2, wait: async () => undefined }) })).close();
    const hour = 10_000;
    const [before = 0, after = 0] = times.map((time) =>
      Number(
        String(time)
          .replace(/[^0-9]/g, '')
          .slice(-6),
      ),
    );
    expect((after - before + 24 * hour) % (24 * hour)).toBeGreaterThanOrEqual(hour);
  });

  it('to find the key of an archived file beside a raster does not say that there is none', async () => {
    await using fake = await rangeServer();
    const url = at(fake.put('a', file));
    fake.faults.push((_, response) => response.writeHead(403).end('<Error><Code>InvalidObjectState</Code></Error>'));
    await expect(openIfThere(url, { network })).rejects.toThrow(/: it is archived: restore it/);
    fake.faults.push((_, response) => response.writeHead(403).end('<Error><Code>AccessDenied</Code></Error>'));
    expect(await openIfThere(url, { network })).toBeUndefined();
  });

  it.each<[string, string, string | undefined, unknown]>([
    ['does not pay', '', undefined, undefined],
    ['pays by its URL', '&requesterPays=true', undefined, 'requester'],
    ['pays by the environment', '', 'requester', 'requester'],
  ])('is told that the reader %s', async (_, parameter, variable, expected) => {
    await using fake = await rangeServer();
    const url = at(fake.put('a', file)) + parameter;
    const payers: unknown[] = [];
    fake.faults.push((request, response) => {
      payers.push(request.headers['x-amz-request-payer']);
      request.url = '/a';
      fake.serve(request, response);
    });
    await withEnvironment({ AWS_REQUEST_PAYER: variable }, async () => (await openBytes(url, { network })).close());
    expect(payers).toEqual([expected]);
  });

  it.each<[string, number, Record<string, string>, string, RegExp]>([
    [
      'that finds the signature wrong',
      403,
      {},
      '<Error><Code>SignatureDoesNotMatch</Code><Message>S3RVER</Message><AWSAccessKeyId>S3RVER</AWSAccessKeyId></Error>',
      /: its credentials are refused \(SignatureDoesNotMatch\)$/,
    ],
    ['that denies access', 403, {}, '<Error><Code>AccessDenied</Code></Error>', /: access denied$/],
    [
      'that has another version',
      412,
      {},
      '<Error><Code>PreconditionFailed</Code></Error>',
      /: it was replaced since it was opened$/,
    ],
    [
      'that knows no ranges',
      200,
      { etag: '"1"' },
      'whole',
      /: its server answers with range "", expected bytes 0 to 65535$/,
    ],
    ['that has no ETag', 206, { 'content-range': 'bytes 0-4/5' }, 'whole', /: its server answers without an ETag$/],
    [
      'that is in another region',
      301,
      { 'x-amz-bucket-region': 'eu-central-1' },
      '<Error><Code>PermanentRedirect</Code></Error>',
      /: its bucket is in the region eu-central-1, expected region=eu-central-1 in its URL \(or AWS_REGION\)$/,
    ],
    [
      'that finds the region in the signature wrong',
      400,
      {},
      '<Error><Code>AuthorizationHeaderMalformed</Code><Message>S3RVER</Message><Region>us-west-2</Region></Error>',
      /: its bucket is in the region us-west-2, expected region=us-west-2 in its URL \(or AWS_REGION\)$/,
    ],
    [
      'that accepts the credentials no more',
      400,
      {},
      '<Error><Code>ExpiredToken</Code><Message>S3RVER</Message></Error>',
      /: its credentials have expired \(ExpiredToken\), and no newer ones were found$/,
    ],
    [
      'that has another time',
      403,
      { date: new Date(Date.now() - 3_600_000).toUTCString() },
      '<Error><Code>RequestTimeTooSkewed</Code></Error>',
      /: the clock of this machine is 36\d\d s ahead of that of its server \(RequestTimeTooSkewed\): set both clocks/,
    ],
    [
      'that keeps the object in an archive',
      403,
      {},
      '<Error><Code>InvalidObjectState</Code><StorageClass>GLACIER</StorageClass></Error>',
      /: it is archived \(storage class GLACIER\): restore it, or copy it to a class that can be read at once$/,
    ],
    [
      'that is in another region, and does not say in which',
      301,
      {},
      '<Error><Code>PermanentRedirect</Code></Error>',
      /: its server answers with status 301 \(PermanentRedirect\), expected 206$/,
    ],
    ['that is none', 404, {}, '<html>S3RVER</html>', /: \S+.*$/],
  ])('%s is refused in one sentence', async (_, status, headers, body, sentence) => {
    await using fake = await rangeServer();
    const url = at(fake.put('a', file));
    fake.faults.push((_, response) => response.writeHead(status, headers).end(body));
    const opening = openBytes(url, { network });
    await expect(opening).rejects.toThrow(sentence);
    await expect(opening).rejects.toThrow(/^cannot read s3:\/\/rasters\/a at http:\/\/127\.0\.0\.1:\d+: /);
    await expect(opening).rejects.not.toThrow('S3RVER');
  });

  it('by silence is given up', async () => {
    await using fake = await rangeServer();
    const url = at(fake.put('a', file));
    fake.faults.push(() => undefined);
    const impatient = openNetwork({ attempts: 1, silenceMilliseconds: 50 });
    await expect(openBytes(url, { network: impatient })).rejects.toThrow(/: its server has sent nothing for 0.05 s$/);
  });
});
