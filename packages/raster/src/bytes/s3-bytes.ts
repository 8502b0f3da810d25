import { addAbortSignal, type Readable } from 'node:stream';
import { GetObjectCommand, type GetObjectCommandOutput, S3Client } from '@aws-sdk/client-s3';
import {
  accessDenied,
  isSkewed,
  openS3Client,
  readS3Url,
  refusalBy,
  type S3Url,
  type ServiceError,
} from '@cellshed/s3';
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
 * with the credentials that the AWS SDKs find (environment, files, the machine's role), and agree
 * to pay if the URL or AWS_REQUEST_PAYER says so. Its version is its ETag.
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
    ...(pays(address) ? { RequestPayer: 'requester' } : {}),
  });
  try {
    const answer = await client.send(wanted, { abortSignal: asking.signal });
    asking.onProgress(0);
    return await partOf(answer, range, asking);
  } catch (cause) {
    asking.signal.throwIfAborted();
    const error = cause as ServiceError;
    if (error.name === 'InvalidRange') return { bytes: new Uint8Array(0), version: asking.version };
    const sentence = `cannot read ${location}: ${reasonOf(error, address)}`;
    if (mayPass(error)) throw new PassingFailure(sentence, { cause });
    throw isAbsent(error, address) ? new AbsentError(sentence, { cause }) : new Error(sentence, { cause });
  }
}

function pays({ requesterPays }: S3Url): boolean {
  return requesterPays || process.env.AWS_REQUEST_PAYER === 'requester';
}

/**
 * Tells whether an object does not exist. Services answer 403 for a missing object if the caller
 * may read objects but not list them.
 */
function isAbsent(error: ServiceError, address: S3Url): boolean {
  const { name, $metadata } = error;
  return name === 'NoSuchKey' || $metadata?.httpStatusCode === 404 || refusalBy(error, address) === accessDenied;
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

/** Only the code of a service's answer is told, because its message may repeat the request. */
function reasonOf(error: ServiceError, address: S3Url): string {
  const { name, code = '', message = '', $metadata } = error;
  const status = $metadata?.httpStatusCode;
  const refusal = status === 412 ? replaced : refusalBy(error, address);
  if (refusal !== undefined) return refusal;
  if (status !== undefined && status >= 300) return `its server answers with status ${status} (${name}), expected 206`;
  const [known = ''] = /\bE[A-Z]+\b/.exec(`${code} ${message}`) ?? [];
  return reasons[known] ?? message;
}

function mayPass(error: ServiceError): boolean {
  const { name = '', code, $metadata } = error;
  const status = $metadata?.httpStatusCode;
  if (error instanceof WrongAnswerError || name === 'CredentialsProviderError' || code === 'ENOTFOUND') return false;
  if (['SlowDown', 'RequestTimeout'].includes(name) || isSkewed(error)) return true;
  return status === undefined || isPassing(status);
}

interface Lent {
  readonly client: S3Client;
  borrowers: number;
}

/** The clients by service. A client holds connections and credentials. */
const clients = new Map<string, Lent>();

// The network repeats failed requests itself.
const open = (address: S3Url) => openS3Client({ S3Client }, address, { maxAttempts: 1 });

function borrowClient(address: S3Url): { readonly client: S3Client; readonly giveBack: () => void } {
  const { endpoint, region, pathStyle } = address;
  const service = JSON.stringify([endpoint, region, pathStyle]);
  const lent = clients.get(service) ?? { client: open(address), borrowers: 0 };
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
