import { addAbortSignal, type Readable } from 'node:stream';
import { GetObjectCommand, type GetObjectCommandOutput, S3Client } from '@aws-sdk/client-s3';
import { clientSettings, readS3Url, type S3Url } from '@cellshed/s3';
import { connecting } from './connecting.ts';
import {
  AbsentError,
  type Asking,
  announcedBy,
  type ByteRange,
  collect,
  isPassing,
  type Part,
  PassingFailure,
  type RemoteObject,
  rangeHeader,
  reasons,
  replaced,
} from './remote-object.ts';

/**
 * An object of an S3-compatible service, by an `s3:` URL (see `readS3Url`). Requests are signed
 * with the credentials that the AWS SDKs find (environment, files, the machine's role). Its version
 * is its ETag.
 */
export function s3Object(url: string): RemoteObject {
  const address = readS3Url(url, 'key');
  const { bucket, path: key, endpoint } = address;
  const { client, giveBack } = borrowClient(address);
  const location = `s3://${bucket}/${key}${endpoint === undefined ? '' : ` at ${endpoint}`}`;
  return {
    location,
    identity: JSON.stringify(['s3', endpoint, bucket, key]),
    get: (range, asking) => getRange({ client, address, location }, range, asking),
    close: giveBack,
  };
}

interface Place {
  readonly client: S3Client;
  readonly address: S3Url;
  readonly location: string;
}

async function getRange({ client, address, location }: Place, range: ByteRange, asking: Asking): Promise<Part> {
  const wanted = new GetObjectCommand({
    Bucket: address.bucket,
    Key: address.path,
    Range: rangeHeader(range),
    IfMatch: asking.version,
  });
  try {
    const answer = await client.send(wanted, { abortSignal: asking.signal });
    asking.onProgress();
    return await partOf(answer, range, asking);
  } catch (cause) {
    asking.signal.throwIfAborted();
    const error = cause as ServiceError;
    if (error.name === 'InvalidRange') return { bytes: new Uint8Array(0), version: asking.version };
    const sentence = `cannot read ${location}: ${reasonOf(error, address)}`;
    if (mayPass(error)) throw new PassingFailure(sentence, { cause });
    throw isAbsent(error) ? new AbsentError(sentence, { cause }) : new Error(sentence, { cause });
  }
}

/**
 * Tells whether an object does not exist. Services answer 403 for a missing object if the caller
 * may read objects but not list them.
 */
function isAbsent({ name, $metadata }: ServiceError): boolean {
  return (
    name === 'NoSuchKey' ||
    $metadata?.httpStatusCode === 404 ||
    ($metadata?.httpStatusCode === 403 && !refusals.has(name))
  );
}

/** The answer is not the one that was asked for. */
class WrongAnswerError extends Error {}

async function partOf(answer: GetObjectCommandOutput, range: ByteRange, asking: Asking): Promise<Part> {
  const { ETag: version, ContentRange = '' } = answer;
  const body = addAbortSignal(asking.signal, answer.Body as Readable);
  try {
    if (version === undefined) throw new WrongAnswerError('its server answers without an ETag');
    // Not every service knows If-Match.
    if (version !== (asking.version ?? version)) throw new WrongAnswerError(replaced);
    const content = announcedBy(ContentRange, range);
    if (typeof content === 'string') throw new WrongAnswerError(content);
    return { bytes: await collect(body, content.length, asking), version, total: content.total };
  } finally {
    body.destroy();
  }
}

type ServiceError = NodeJS.ErrnoException & { readonly $metadata?: { readonly httpStatusCode?: number } };

/**
 * The reason for a failure. Only the code of a service's answer is told, because its message may
 * repeat the request.
 */
function reasonOf({ name, code = '', message, $metadata }: ServiceError, { bucket }: S3Url): string {
  const status = $metadata?.httpStatusCode;
  if (name === 'NoSuchBucket') return `there is no bucket ${bucket}`;
  if (name === 'NoSuchKey') return 'there is no such object';
  if (status === 412) return replaced;
  if (name === 'CredentialsProviderError') return 'there are no credentials where the AWS SDKs look for them';
  if (refusals.has(name)) return `its credentials are refused (${name})`;
  if (status === 403) return 'access denied';
  if (status !== undefined && status >= 300) return `its server answers with status ${status} (${name}), expected 206`;
  if (message === 'Region is missing') return 'no region is known, expected one in its URL (region=…) or in AWS_REGION';
  const [known = ''] = /\bE[A-Z]+\b/.exec(`${code} ${message}`) ?? [];
  return reasons[known] ?? message;
}

const refusals = new Set(['InvalidAccessKeyId', 'SignatureDoesNotMatch', 'ExpiredToken', 'InvalidToken']);

function mayPass(error: ServiceError): boolean {
  const { name, code, $metadata } = error;
  const status = $metadata?.httpStatusCode;
  if (error instanceof WrongAnswerError || name === 'CredentialsProviderError' || code === 'ENOTFOUND') return false;
  // A request that is refused for its time has told the client the server's time.
  if (['SlowDown', 'RequestTimeout', 'RequestTimeTooSkewed'].includes(name)) return true;
  return status === undefined || isPassing(status);
}

interface Lent {
  readonly client: S3Client;
  borrowers: number;
}

/** The clients by service. A client holds connections, and credentials that are found only once. */
const clients = new Map<string, Lent>();

function borrowClient(address: S3Url): { readonly client: S3Client; readonly giveBack: () => void } {
  const { endpoint, region, pathStyle } = address;
  const service = JSON.stringify([endpoint, region, pathStyle]);
  const lent = clients.get(service) ?? { client: clientFor(address), borrowers: 0 };
  clients.set(service, lent);
  lent.borrowers++;
  let isBack = false;
  const giveBack = () => {
    if (isBack) return;
    isBack = true;
    if (--lent.borrowers > 0) return;
    clients.delete(service);
    lent.client.destroy();
  };
  return { client: lent.client, giveBack };
}

function clientFor(address: S3Url): S3Client {
  return new S3Client({
    ...clientSettings(address),
    // Each client has its own agents: it closes their connections when it is destroyed.
    requestHandler: { httpAgent: { ...connecting, maxSockets: 50 }, httpsAgent: { ...connecting, maxSockets: 50 } },
    // The network repeats failed requests itself.
    maxAttempts: 1,
  });
}
