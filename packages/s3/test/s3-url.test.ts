import { readS3Url } from '../src/s3-url.ts';

const form = 's3://<bucket>[/<prefix>][?endpoint=<http(s)://host:port>&region=<region>&pathStyle=true]';
const plain = { path: '', endpoint: undefined, region: undefined, pathStyle: false, requesterPays: false };

it('is read as the README shows', () => {
  expect(readS3Url('s3://rasters/nlcd.tif?region=eu-central-1', 'key')).toEqual({
    bucket: 'rasters',
    path: 'nlcd.tif',
    endpoint: undefined,
    region: 'eu-central-1',
    pathStyle: false,
    requesterPays: false,
  });
});

describe('the URL of a store', () => {
  it.each([
    ['s3://results', { ...plain, bucket: 'results' }],
    ['s3://results/', { ...plain, bucket: 'results' }],
    ['s3://my.results-1/a/b%20c/', { ...plain, bucket: 'my.results-1', path: 'a/b c' }],
    ['s3://results?region=eu-central-1', { ...plain, bucket: 'results', region: 'eu-central-1' }],
    [
      's3://results/x?endpoint=http://127.0.0.1:9000&pathStyle=true',
      {
        ...plain,
        bucket: 'results',
        path: 'x',
        endpoint: 'http://127.0.0.1:9000',
        region: 'us-east-1',
        pathStyle: true,
      },
    ],
    [
      's3://results?pathStyle=false&endpoint=https%3A%2F%2Fs3.example.org%2F',
      { ...plain, bucket: 'results', endpoint: 'https://s3.example.org/', region: 'us-east-1' },
    ],
  ])('%s names bucket, prefix and service', (url, place) => {
    expect(readS3Url(url, 'prefix')).toEqual(place);
  });

  it.each<readonly [string, string]>([
    ['s3:', 'the URL has no bucket'],
    ['s3://', 'the URL has no bucket'],
    ['s3:///prefix', 'the URL has no bucket'],
    ['s3://[', 'the URL cannot be read'],
    ['s3://ab', 'a bucket is called "ab"'],
    ['s3://Results', 'a bucket is called "Results"'],
    ['s3://-results', 'a bucket is called "-results"'],
    ['s3://results:9000', 'the URL has a port behind its bucket'],
    ['s3://key:secret@results', 'the URL has a user (credentials are found as the AWS SDKs find them)'],
    ['s3://results#x', 'the URL has a # (in a prefix it is written %23)'],
    ['s3://results/%zz', 'the prefix has a % that encodes nothing'],
    ['s3://results?endPoint=x', 'the URL has a parameter "endPoint"'],
    ['s3://results?region=', 'parameter region is empty or given twice'],
    ['s3://results?region=a&region=a', 'parameter region is empty or given twice'],
    ['s3://results?requesterPays=true', 'the URL has a parameter "requesterPays"'],
    ['s3://results?pathStyle=yes', 'parameter pathStyle is neither true nor false'],
    ...['minio:9000', 'ftp://minio', 'http://key:secret@minio', 'http://minio/path', 'http://minio?x=secret'].map(
      (endpoint): readonly [string, string] => [
        `s3://results?endpoint=${encodeURIComponent(endpoint)}`,
        'parameter endpoint is not http(s)://host[:port] and nothing else',
      ],
    ),
  ])('%s is refused', (url, problem) => {
    expect(() => readS3Url(url, 'prefix')).toThrow(new RangeError(`${problem}, expected ${form}`));
  });
});

describe('the URL of an object', () => {
  it('tells bucket, key and service', () => {
    expect(readS3Url('s3://my-bucket/a%20b/%23.tif', 'key')).toEqual({
      bucket: 'my-bucket',
      path: 'a b/#.tif',
      endpoint: undefined,
      region: undefined,
      pathStyle: false,
      requesterPays: false,
    });
    expect(readS3Url('s3://b-1/k?endpoint=http://minio:9000&pathStyle=true', 'key')).toEqual({
      bucket: 'b-1',
      path: 'k',
      endpoint: 'http://minio:9000',
      region: 'us-east-1',
      pathStyle: true,
      requesterPays: false,
    });
    expect(readS3Url('s3://b-1/k?requesterPays=true', 'key')).toMatchObject({ requesterPays: true });
    expect(readS3Url('s3://b-1/k?region=eu-central-1&pathStyle=false', 'key')).toMatchObject({
      region: 'eu-central-1',
      pathStyle: false,
    });
  });

  it.each([
    ['s3://', 'the URL has no bucket'],
    ['s3://[/k', 'the URL cannot be read'],
    ['s3:///k', 'the URL has no bucket'],
    ['s3://bucket', 'the URL has no key'],
    ['s3://bucket/', 'the URL has no key'],
    ['s3://Bucket_/k', 'a bucket is called "Bucket_"'],
    ['s3://bucket:9000/k', 'the URL has a port behind its bucket'],
    ['s3://id:s3cret@bucket/k', 'the URL has a user (credentials are found as the AWS SDKs find them)'],
    ['s3://bucket/k#1', 'the URL has a # (in a key it is written %23)'],
    ['s3://bucket/%zz', 'the key has a % that encodes nothing'],
    ['s3://bucket/k?secret=s3cret', 'the URL has a parameter "secret"'],
    ['s3://bucket/k?region=', 'parameter region is empty or given twice'],
    ['s3://bucket/k?region=a&region=b', 'parameter region is empty or given twice'],
    ['s3://bucket/k?pathStyle=yes', 'parameter pathStyle is neither true nor false'],
    ['s3://bucket/k?requesterPays=requester', 'parameter requesterPays is neither true nor false'],
    ['s3://bucket/k?endpoint=minio:9000', 'parameter endpoint is not http(s)://host[:port] and nothing else'],
    [
      's3://bucket/k?endpoint=http://id:s3cret@minio',
      'parameter endpoint is not http(s)://host[:port] and nothing else',
    ],
  ])('%s is refused', (url, sentence) => {
    expect(() => readS3Url(url, 'key')).toThrow(`${sentence}, expected s3://<bucket>/<key>[?endpoint=`);
    expect(() => readS3Url(url, 'key')).not.toThrow('s3cret');
  });
});
