import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, truncate, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { fileStore } from '../../src/stores/files.ts';
import { StoreError } from '../../src/stores/store.ts';
import { all } from '../store-fixture.ts';
import { storeSuite } from './store-suite.ts';

let now = Date.now();
let outside: string;
let folder: string;

beforeEach(async () => {
  outside = await mkdtemp(join(tmpdir(), 'catchment-files-'));
  folder = join(outside, 'deep', 'results');
});
afterEach(async () => {
  // No test has written anything outside the store's folder.
  expect(await readdir(outside)).toEqual(['deep']);
  expect(await readdir(join(outside, 'deep'))).toEqual(['results']);
  await rm(outside, { recursive: true });
});

const open = () => fileStore({ folder, clock: () => now });

storeSuite('file', {
  open,
  letPass: async (milliseconds) => {
    now += milliseconds;
  },
});

describe('the file store on disk', () => {
  const files = async () =>
    (await readdir(folder, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
  const onlyFile = async () => {
    const [file, ...others] = await files();
    if (!file || others.length > 0) throw new Error('expected one file');
    return join(file.parentPath, file.name);
  };

  it('keeps values beyond the process, in files that tell their keys', async () => {
    const store = await open();
    await store.set('geop:huc12:020402031008', Buffer.from('counts'));
    await store.close();
    expect((await onlyFile()).endsWith('/geop%3ahuc12%3a020402031008')).toBe(true);
    expect(Buffer.from((await (await open()).get('geop:huc12:020402031008')) ?? []).toString()).toBe('counts');
  });

  it('keeps keys apart whose names could be mistaken for each other, in one folder too', async () => {
    const store = await open();
    const shard = (key: string) => createHash('sha256').update(key).digest('hex').slice(0, 2);
    const number = Array.from({ length: 10_000 }, (_, index) => index).find((n) => shard(`${n}.`) === shard(`${n}%2e`));
    await store.set(`${number}.`, Uint8Array.of(1));
    await store.set(`${number}%2e`, Uint8Array.of(2));
    expect([...((await store.get(`${number}.`)) ?? [])]).toEqual([1]);
    expect(new Set((await files()).map((file) => file.parentPath)).size).toBe(1);
  });

  it('serves a value at the very age of its time to live, and then removes the file', async () => {
    const store = await open();
    await store.set('a', Uint8Array.of(1), { ttlMilliseconds: 10 });
    now += 10;
    expect(await store.get('a')).toBeDefined();
    expect(await store.ttlMilliseconds('a')).toBe(0);
    now += 1;
    expect(await store.get('a')).toBeUndefined();
    expect(await files()).toEqual([]);
  });

  it('removes expired files when listing', async () => {
    const store = await open();
    await store.set('a', Uint8Array.of(1), { ttlMilliseconds: 10 });
    now += 11;
    expect(await all(store.keys(''))).toEqual([]);
    expect(await files()).toEqual([]);
  });

  it('knows no value in a file cut off anywhere, nor in somebody else’s file', async () => {
    const store = await open();
    await store.set('a', Uint8Array.of(1, 2, 3));
    const path = await onlyFile();
    const whole = await readFile(path);
    for (let length = whole.length - 1; length >= 0; length--) {
      await truncate(path, length);
      expect(await store.get('a')).toBeUndefined();
      expect(await store.head('a', 1)).toBeUndefined();
      expect(await all(store.keys(''))).toEqual([]);
    }
    const ofAnotherFormat = Buffer.from(whole).fill('2', 3, 4);
    await writeFile(path, ofAnotherFormat);
    expect(await store.get('a')).toBeUndefined();
    await writeFile(path, 'a note of my own, longer than any header is');
    expect(await store.get('a')).toBeUndefined();
    await writeFile(path, Buffer.concat([whole, whole]));
    expect(await store.get('a')).toBeUndefined();
    await writeFile(join(folder, 'README'), 'what is this folder');
    await store.set('a', Uint8Array.of(4));
    expect(await all(store.keys(''))).toEqual(['a']);
  });

  it('never shows half a value to those who read while it is overwritten', async () => {
    const [reader, ...writers] = await Promise.all([open(), open(), open()]);
    await reader.set('a', Buffer.alloc(300_000, 0));
    let writing = true;
    const seen = new Set<string>();
    const reading = (async () => {
      while (writing) {
        const value = (await reader.get('a')) ?? [];
        seen.add(`${value.length} ${[...new Set(value)].length}`);
      }
    })();
    await Promise.all(
      writers.map(async (writer, index) => {
        for (let time = 0; time < 30; time++) await writer.set('a', Buffer.alloc(300_000 + index, 2 * time + index));
      }),
    );
    writing = false;
    await reading;
    expect([...seen].filter((value) => value !== '300000 1' && value !== '300001 1')).toEqual([]);
  });

  it('keeps a whole value when a writer is killed in the middle', async () => {
    const module = pathToFileURL(join(import.meta.dirname, '../../src/stores/files.ts')).href;
    const program = `
      import { fileStore } from ${JSON.stringify(module)};
      const store = await fileStore({ folder: ${JSON.stringify(folder)} });
      for (let byte = 1; ; byte = (byte % 250) + 1) {
        await store.set('a', Buffer.alloc(5_000_000, byte));
        if (byte === 1) console.log('written');
      }`;
    const writer = spawn(process.execPath, ['--input-type=module', '--eval', program], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(writer.stdout, 'data');
    writer.kill('SIGKILL');
    await once(writer, 'exit');
    const store = await open();
    const value = (await store.get('a')) ?? new Uint8Array();
    expect([value.length, new Set(value).size]).toEqual([5_000_000, 1]);
    expect(await all(store.keys(''))).toEqual(['a']);
  });

  it('clears away what a killed writer left, but not what one is writing', async () => {
    await mkdir(join(folder, 'tmp'), { recursive: true });
    for (const [name, age] of [
      ['old', 3601],
      ['young', 3599],
    ] as const) {
      await writeFile(join(folder, 'tmp', name), 'half a val');
      await utimes(join(folder, 'tmp', name), now / 1000 - age, now / 1000 - age);
    }
    await open();
    expect(await readdir(join(folder, 'tmp'))).toEqual(['young']);
  });

  it('goes on when somebody empties its folder', async () => {
    const store = await open();
    await store.set('a', Uint8Array.of(1));
    await rm(folder, { recursive: true });
    expect(await store.get('a')).toBeUndefined();
    expect(await all(store.keys(''))).toEqual([]);
    await store.set('a', Uint8Array.of(2));
    expect([...((await store.get('a')) ?? [])]).toEqual([2]);
  });

  it('says in one sentence what the disk refuses', async () => {
    await mkdir(join(outside, 'deep'));
    await writeFile(folder, 'a file where the folder should be');
    const opening = open();
    await expect(opening).rejects.toThrow(StoreError);
    await expect(opening).rejects.toThrow(`the file store in ${folder} cannot be opened: ENOTDIR`);
  });
});
