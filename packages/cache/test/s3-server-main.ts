import { stat } from 'node:fs/promises';
import { buffer } from 'node:stream/consumers';
import S3rver from 's3rver';

/**
 * `s3-server-main.ts <folder> <port> <bucket>`: s3rver on the loopback address, made as consistent
 * as S3 is. By itself it acknowledges an object before its bytes are on the disk, and fails a
 * listing in which an object goes: so its calls take turns, and a put waits. A page of a list has a
 * hundred keys at most, so that a list of several pages needs few objects.
 */
const [folder = '', port = '', bucket = ''] = process.argv.slice(2);
const server = new S3rver({
  directory: folder,
  address: '127.0.0.1',
  port: Number(port),
  silent: true,
  vhostBuckets: false,
  configureBuckets: [{ name: bucket, configs: [] }],
});

interface S3Object {
  bucket: string;
  key: string;
  content: NodeJS.ReadableStream | Buffer | null;
}

type Call = (...args: unknown[]) => Promise<unknown>;
// The types of s3rver leave out the store of its objects.
const { store } = server as unknown as {
  store: Record<string, Call> & { getResourcePath(bucket: string, key: string, kind: string): string };
};

let last: Promise<unknown> = Promise.resolve();
const inTurn = (name: string, around: (call: () => Promise<unknown>, args: unknown[]) => Promise<unknown>) => {
  const own = (store[name] as Call).bind(store);
  store[name] = (...args) => {
    const mine = last.then(() => around(() => own(...args), args));
    last = mine.catch(() => undefined);
    return mine;
  };
};

inTurn('listObjects', (call, [, options]) => {
  const asked = options as { maxKeys?: number };
  asked.maxKeys = Math.min(asked.maxKeys ?? Infinity, 100);
  return call();
});
inTurn('deleteObject', (call) => call());
inTurn('getObject', async (call) => {
  const object = (await call()) as S3Object | null;
  if (object?.content && !Buffer.isBuffer(object.content)) object.content = await buffer(object.content);
  return object;
});
inTurn('putObject', async (call, [given]) => {
  const object = given as S3Object;
  if (object.content && !Buffer.isBuffer(object.content)) object.content = await buffer(object.content);
  const answer = await call();
  const path = store.getResourcePath(object.bucket, object.key, 'object');
  while ((await stat(path)).size !== (object.content?.length ?? 0))
    await new Promise((resolve) => setImmediate(resolve));
  return answer;
});

server.on('error', (error: Error) => console.error(error));

await server.run();
console.log('listening');
