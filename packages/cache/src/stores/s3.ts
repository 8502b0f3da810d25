import {
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  type ListObjectsV2CommandOutput,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { openS3Client, refusalBy } from '@cellshed/s3';
import { checkedStore } from './checked-store.ts';
import { fewAtOnce } from './few-at-once.ts';
import { commonStart, mayBegin, nameOf } from './names.ts';
import { processFence } from './process-fence.ts';
import { decodeRecord, encodeRecord, mostRecordHeaderBytes, type StoredRecord } from './record.ts';
import { type Clock, type Store, StoreError } from './store.ts';

export interface S3StoreOptions {
  readonly bucket: string;
  /** The start of the objects' names, without a slash at its ends; `''` for none. */
  readonly prefix: string;
  /** The address of a service that is not Amazon's, `http(s)://host[:port]`. */
  readonly endpoint?: string | undefined;
  /** Default: as the AWS SDK finds it; with an endpoint `us-east-1`. */
  readonly region?: string | undefined;
  /**
   * The bucket in the path instead of the host name, as most services other than Amazon's want it.
   */
  readonly pathStyle?: boolean;
  /** The time that one call may take, with its retries; default 10,000. */
  readonly timeoutMilliseconds?: number;
  readonly clock?: Clock;
}

/** The number of records that are read at once while listing. */
const looksAtOnce = 32;

/**
 * Keeps each value as an object `<prefix>/<encoded key>` of an S3-compatible service. Credentials
 * are found as the AWS SDK does (environment, files, the machine's role), at the first call and
 * when the service has refused them. The service writes an object completely or not at all. An
 * object has no lifetime of its own: an expired one is removed when somebody reads it, and listing
 * reads the time of each object. A lifecycle rule of the bucket may remove old ones, too.
 */
export function s3Store(options: S3StoreOptions): Store {
  const { bucket, prefix, endpoint, timeoutMilliseconds = 10_000, clock = Date.now } = options;
  const client = openS3Client({ S3Client }, options);
  const start = prefix === '' ? '' : `${prefix}/`;
  const objectOf = (key: string) => ({ Bucket: bucket, Key: start + nameOf(key) });
  const signal = () => ({ abortSignal: AbortSignal.timeout(timeoutMilliseconds) });
  const failing = (doing: string) => (cause: unknown) => {
    throw new StoreError(`bucket ${bucket} at ${endpoint ?? 'S3'} cannot ${doing}: ${reasonOf(cause, bucket)}`, {
      cause,
    });
  };

  const read = async (object: { Bucket: string; Key: string }, valueBytes?: number) => {
    const Range = valueBytes === undefined ? undefined : `bytes=0-${mostRecordHeaderBytes + valueBytes - 1}`;
    const found = await client.send(new GetObjectCommand({ ...object, Range }), signal());
    const bytes = Buffer.from((await found.Body?.transformToByteArray()) ?? []);
    const size = Number(found.ContentRange?.split('/')[1] ?? bytes.length);
    return decodeRecord(bytes, size, valueBytes ?? Infinity);
  };
  const live = async (object: { Bucket: string; Key: string }, valueBytes?: number) => {
    let found: StoredRecord | undefined;
    try {
      found = await read(object, valueBytes);
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
    if (!found || found.expiresAt >= clock()) return found;
    await client.send(new DeleteObjectCommand(object), signal());
    return undefined;
  };
  async function* objects(from: string): AsyncIterable<string[]> {
    let ContinuationToken: string | undefined;
    do {
      // Objects beneath a further slash are not part of this store.
      const wanted = { Bucket: bucket, Prefix: start + commonStart(from), Delimiter: '/', ContinuationToken };
      const page: ListObjectsV2CommandOutput = await client.send(new ListObjectsV2Command(wanted), signal());
      const names = (page.Contents ?? []).flatMap(({ Key = '' }) =>
        mayBegin(Key.slice(start.length), from) ? Key : [],
      );
      for (let at = 0; at < names.length; at += looksAtOnce) yield names.slice(at, at + looksAtOnce);
      ContinuationToken = page.NextContinuationToken;
    } while (ContinuationToken);
  }

  const store: Omit<Store, 'fence'> = {
    get: async (key) => (await live(objectOf(key)).catch(failing('read')))?.value,
    getMany: (keys) => fewAtOnce(keys, store.get),
    head: async (key, length) => (await live(objectOf(key), length).catch(failing('read')))?.value,
    set: async (key, bytes, { ttlMilliseconds = Infinity } = {}) => {
      const Body = encodeRecord({ key, expiresAt: clock() + ttlMilliseconds, value: bytes });
      await client.send(new PutObjectCommand({ ...objectOf(key), Body }), signal()).catch(failing('write'));
      return true;
    },
    delete: async (key) => {
      const found = await live(objectOf(key), 0).catch(failing('read'));
      if (!found) return false;
      await client.send(new DeleteObjectCommand(objectOf(key)), signal()).catch(failing('delete'));
      return true;
    },
    ttlMilliseconds: async (key) => {
      const found = await live(objectOf(key), 0).catch(failing('read'));
      if (!found) return undefined;
      return found.expiresAt === Infinity ? null : found.expiresAt - clock();
    },
    keys: async function* (from) {
      try {
        for await (const names of objects(from)) {
          const records = await Promise.all(names.map((Key) => live({ Bucket: bucket, Key }, 0)));
          yield* records.flatMap((record) => (record?.key.startsWith(from) ? record.key : []));
        }
      } catch (error) {
        failing('list its keys')(error);
      }
    },
    close: async () => client.destroy(),
  };
  return checkedStore('S3', { ...store, fence: processFence(store, clock) });
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && ['NoSuchKey', 'NotFound'].includes(error.name);
}

function reasonOf(cause: unknown, bucket: string): string {
  if (!(cause instanceof Error)) return String(cause);
  const refusal = refusalBy(cause, { bucket });
  if (refusal !== undefined) return refusal;
  if (cause.name === 'AbortError' || cause.name === 'TimeoutError') return 'it does not answer';
  const { code } = cause as NodeJS.ErrnoException;
  return cause.message || code || cause.name;
}
