import {
  DeleteObjectsCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { s3Store } from '../../src/stores/s3.ts';
import { type Store, StoreError } from '../../src/stores/store.ts';
import { type S3Server, startS3 } from '../s3-server.ts';
import { patient } from '../store-fixture.ts';
import { all, storeSuite } from './store-suite.ts';

const bucket = 'results';
let server: S3Server;
let admin: S3Client;
let now = 1_000_000;
const clock = () => now;

beforeAll(async () => {
  server = await startS3(bucket);
  admin = new S3Client({ endpoint: server.endpoint, region: 'us-east-1', forcePathStyle: true });
});
afterAll(async () => {
  admin.destroy();
  await server.stop();
});

const open = (prefix = 'a/b'): Store =>
  s3Store({ bucket, prefix, endpoint: server.endpoint, pathStyle: true, clock, ...patient });

async function names(): Promise<string[]> {
  const { Contents = [] } = await admin.send(new ListObjectsV2Command({ Bucket: bucket }));
  return Contents.map(({ Key = '' }) => Key);
}

async function empty(): Promise<void> {
  for (let found = await names(); found.length > 0; found = await names()) {
    await admin.send(new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects: found.map((Key) => ({ Key })) } }));
  }
}

storeSuite('S3', {
  open: async () => {
    await empty();
    return open();
  },
  letPass: async (milliseconds) => {
    now += milliseconds;
  },
  // Three pages.
  manyKeys: 250,
});

describe('the objects of the S3 store', () => {
  beforeEach(empty);

  it('lie under its prefix, and nothing else there is touched or listed', async () => {
    const [one, other] = [open('one'), open('one/more')];
    await one.set('geop:huc12:1', Uint8Array.of(1));
    await other.set('geop:huc12:2', Uint8Array.of(2));
    await admin.send(new PutObjectCommand({ Bucket: bucket, Key: 'one/foreign', Body: 'not a record' }));
    expect((await names()).sort()).toEqual(['one/foreign', 'one/geop%3ahuc12%3a1', 'one/more/geop%3ahuc12%3a2']);
    expect(await all(one.keys(''))).toEqual(['geop:huc12:1']);
    expect(await all(other.keys(''))).toEqual(['geop:huc12:2']);
    expect(await one.get('foreign')).toBeUndefined();
    await Promise.all([one.close(), other.close()]);
  });

  it('that were cut off are as good as none', async () => {
    const store = open('');
    await store.set('key', new Uint8Array(1000));
    const { Body } = await admin.send(new GetObjectCommand({ Bucket: bucket, Key: 'key' }));
    const bytes = (await Body?.transformToByteArray()) ?? new Uint8Array();
    await admin.send(new PutObjectCommand({ Bucket: bucket, Key: 'key', Body: bytes.subarray(0, 500) }));
    expect(await store.get('key')).toBeUndefined();
    expect(await all(store.keys(''))).toEqual([]);
    await store.close();
  });

  it('that have expired are removed by whoever meets them', async () => {
    const store = open('');
    await store.set('key', Uint8Array.of(1), { ttlMilliseconds: 1000 });
    now += 1001;
    expect(await store.get('key')).toBeUndefined();
    expect(await names()).toEqual([]);
    await store.close();
  });
});

describe('an S3 service that cannot be used', () => {
  it('is a failure of the store with a sentence: away', async () => {
    const gone = await startS3(bucket);
    await gone.stop('SIGKILL');
    const store = s3Store({ bucket, prefix: '', endpoint: gone.endpoint, pathStyle: true, ...patient });
    const failure = store.get('key');
    await expect(failure).rejects.toThrow(StoreError);
    await expect(failure).rejects.toThrow(`bucket results at ${gone.endpoint} cannot read:`);
    await expect(all(store.keys(''))).rejects.toThrow(StoreError);
    await store.close();
  });

  it('is a failure of the store with a sentence: another secret, or no such bucket', async () => {
    const wrong = s3Store({ bucket: 'nowhere', prefix: '', endpoint: server.endpoint, pathStyle: true, ...patient });
    await expect(wrong.set('key', Uint8Array.of(1))).rejects.toThrow(
      /^bucket nowhere at http.* cannot write: .*bucket/i,
    );
    await wrong.close();
    process.env.AWS_ACCESS_KEY_ID = 'another';
    const denied = open();
    await expect(denied.set('key', Uint8Array.of(1))).rejects.toThrow(
      /cannot write: its credentials are refused \(InvalidAccessKeyId\)$/,
    );
    process.env.AWS_ACCESS_KEY_ID = 'S3RVER';
    await denied.close();
  });

  it('is given up after its time when it says nothing', async () => {
    const { createServer } = await import('node:net');
    const sockets: import('node:net').Socket[] = [];
    const mute = createServer((socket) => sockets.push(socket)).listen(0, '127.0.0.1');
    await new Promise((resolve) => mute.once('listening', resolve));
    const { port } = mute.address() as { port: number };
    const endpoint = `http://127.0.0.1:${port}`;
    const store = s3Store({ bucket, prefix: '', endpoint, pathStyle: true, timeoutMilliseconds: 200 });
    await expect(store.get('key')).rejects.toThrow('cannot read: it does not answer');
    await store.close();
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => mute.close(resolve));
  });
});
