import { s3Place } from '../src/s3-url.ts';

const form = 's3://<bucket>[/<prefix>][?endpoint=<http(s)://host:port>&region=<region>&pathStyle=true]';
const plain = { prefix: '', endpoint: undefined, region: undefined, pathStyle: false };

describe('the URL of an S3 store', () => {
  it.each([
    ['s3://results', { ...plain, bucket: 'results' }],
    ['s3://results/', { ...plain, bucket: 'results' }],
    ['s3://my.results-1/a/b%20c/', { ...plain, bucket: 'my.results-1', prefix: 'a/b c' }],
    ['s3://results?region=eu-central-1', { ...plain, bucket: 'results', region: 'eu-central-1' }],
    [
      's3://results/x?endpoint=http://127.0.0.1:9000&pathStyle=true',
      { ...plain, bucket: 'results', prefix: 'x', endpoint: 'http://127.0.0.1:9000', pathStyle: true },
    ],
    [
      's3://results?pathStyle=false&endpoint=https%3A%2F%2Fs3.example.org%2F',
      { ...plain, bucket: 'results', endpoint: 'https://s3.example.org/' },
    ],
  ])('%s names bucket, prefix and service', (url, place) => {
    expect(s3Place(url)).toEqual(place);
  });

  it.each<readonly [string, string]>([
    ['s3:', 'the URL of an S3 store has no bucket'],
    ['s3://', 'the URL of an S3 store has no bucket'],
    ['s3:///prefix', 'the URL of an S3 store has no bucket'],
    ['s3://[', 'the URL of an S3 store cannot be read'],
    ['s3://ab', 'an S3 bucket is called "ab"'],
    ['s3://Results', 'an S3 bucket is called "Results"'],
    ['s3://-results', 'an S3 bucket is called "-results"'],
    ['s3://results:9000', 'the URL of an S3 store has a port behind its bucket'],
    ['s3://key:secret@results', 'the URL of an S3 store has a user (credentials are found as the AWS SDKs find them)'],
    ['s3://results#x', 'the URL of an S3 store has a #'],
    ['s3://results/%zz', 'the prefix of an S3 store has a % that encodes nothing'],
    ['s3://results?endPoint=x', 'an S3 store has no parameter "endPoint"'],
    ['s3://results?region=', 'parameter region of an S3 store is empty or given twice'],
    ['s3://results?region=a&region=a', 'parameter region of an S3 store is empty or given twice'],
    ['s3://results?pathStyle=yes', 'parameter pathStyle of an S3 store is neither true nor false'],
    ...['minio:9000', 'ftp://minio', 'http://key:secret@minio', 'http://minio/path', 'http://minio?x=secret'].map(
      (endpoint): readonly [string, string] => [
        `s3://results?endpoint=${encodeURIComponent(endpoint)}`,
        'parameter endpoint of an S3 store is not http(s)://host[:port] and nothing else',
      ],
    ),
  ])('%s is refused', (url, problem) => {
    expect(() => s3Place(url)).toThrow(new RangeError(`${problem}, expected ${form}`));
  });
});
