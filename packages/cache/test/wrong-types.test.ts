import { Readable } from 'node:stream';
import { type Calls, wrong, wrongTypesSuite } from '../../expected/test/wrong-types-suite.ts';
import * as cache from '../src/index.ts';

const store = cache.memoryStore();
const drawers = cache.storeDrawers(store);
const results = cache.resultCache({ store, schemaVersion: 1 });
const client = {
  eval: async () => 0,
  hgetBuffer: async () => null,
  getBuffer: async () => null,
  set: async () => 'OK',
};
const redis = client as never;
const ledger = cache.memoryLedger({ maxBytes: 1000 });
const writing = { startedAt: 0, costMs: 0 };

/** Each argument of each public function, and which of the things above may be given for it. */
const calls: Readonly<Record<string, Calls>> = {
  encodeEntry: [
    [
      'value',
      (value) =>
        cache.encodeEntry({ value, computedAt: 0, freshUntil: null, hardUntil: null, costMs: 0, schemaVersion: 1 }),
    ],
    [
      'time',
      (computedAt) =>
        cache.encodeEntry({
          value: Buffer.alloc(1),
          computedAt,
          freshUntil: null,
          hardUntil: null,
          costMs: 0,
          schemaVersion: 1,
        }),
      5,
      null,
    ],
    ['all', (entry) => cache.encodeEntry(entry)],
  ],
  decodeEntry: [['bytes', (bytes) => cache.decodeEntry(bytes)]],
  decodeHeader: [['bytes', (bytes) => cache.decodeHeader(bytes)]],
  fingerprint: [['parts', (parts) => cache.fingerprint(parts), null, 5, 'text', true, [], {}]],
  resultKey: [
    ['all', (parts) => cache.resultKey(parts)],
    ['area', (area) => cache.resultKey({ area, operation: 'a', fingerprint: 'f' })],
    ['id', (id) => cache.resultKey({ area: { table: 't', id }, operation: 'a', fingerprint: 'f' }), 'text'],
    ['operation', (operation) => cache.resultKey({ area: { drawn: 'd' }, operation, fingerprint: 'f' }), 'text'],
  ],
  parseResultKey: [['key', (key) => cache.parseResultKey(key), 'text']],
  checkKey: [['key', (key) => cache.checkKey(key), 'text']],
  memoryStore: [
    ['all', (options) => cache.memoryStore(options), undefined, {}],
    ['maxBytes', (maxBytes) => cache.memoryStore({ maxBytes }), undefined, 5],
    ['clock', (clock) => cache.memoryStore({ clock }), undefined, wrong[10]],
  ],
  fileStore: [
    ['all', (options) => cache.fileStore(options)],
    ['folder', (folder) => cache.fileStore({ folder }), 'text'],
  ],
  redisStore: [
    ['all', (source) => cache.redisStore(source)],
    ['client', (given) => cache.redisStore({ client: given })],
    ['url', (url) => cache.redisStore({ url }), 'text'],
  ],
  connectRedis: [
    ['all', (connection) => cache.connectRedis(connection)],
    ['url', (url) => cache.connectRedis({ url }), 'text'],
  ],
  requireAccess: [
    ['all', (urls) => cache.requireAccess(urls), {}],
    ['url', (url) => cache.requireAccess({ CACHE_URL: url }), 'text', undefined],
  ],
  redisServers: [['urls', (urls) => cache.redisServers(urls), []]],
  layeredStore: [
    ['all', (options) => cache.layeredStore(options)],
    ['layers', (layers) => cache.layeredStore({ layers })],
    ['layer', (layer) => cache.layeredStore({ layers: [layer] })],
    ['store', (given) => cache.layeredStore({ layers: [{ store: given }] })],
  ],
  splitStore: [
    ['all', (options) => cache.splitStore(options)],
    ['prefix', (prefix) => cache.splitStore({ prefix, inside: store, outside: store }), 'text'],
    ['inside', (inside) => cache.splitStore({ prefix: 'p', inside, outside: store })],
    ['outside', (outside) => cache.splitStore({ prefix: 'p', inside: store, outside })],
  ],
  boundedStore: [
    ['store', (given) => cache.boundedStore(given, ledger)],
    ['ledger', (given) => cache.boundedStore(store, given)],
  ],
  memoryLedger: [
    ['all', (options) => cache.memoryLedger(options)],
    ['maxBytes', (maxBytes) => cache.memoryLedger({ maxBytes }), 5],
  ],
  redisLedger: [
    ['all', (options) => cache.redisLedger(options)],
    ['client', (given) => cache.redisLedger({ client: given, name: 'n', maxBytes: 1 })],
    ['name', (name) => cache.redisLedger({ client: redis, name, maxBytes: 1 }), 'text'],
    ['maxBytes', (maxBytes) => cache.redisLedger({ client: redis, name: 'n', maxBytes }), 5],
  ],
  openStore: [
    ['url', (url) => cache.openStore(url, { base: '.' })],
    ['base', (base) => cache.openStore('memory:', { base }), 'text'],
    ['options', (options) => cache.openStore('memory:', options)],
  ],
  storeWatch: [
    ['options', (options) => cache.storeWatch(options), undefined, {}],
    ['onTrouble', (onTrouble) => cache.storeWatch({ onTrouble }), undefined, wrong[10]],
    ['onCall', (onCall) => cache.storeWatch({ onCall }), undefined, wrong[10]],
  ],
  isInProcess: [['url', (url) => cache.isInProcess(url), 'text']],
  storeFolders: [
    ['url', (urls) => cache.storeFolders(urls as string, '.'), 'text'],
    ['base', (base) => cache.storeFolders('memory:', base as string), 'text'],
  ],
  storeUrls: [['urls', (urls) => cache.storeUrls(urls), 'text']],
  openResultStore: [
    ['options', (options) => cache.openResultStore(options)],
    ['url', (url) => cache.openResultStore({ url, base: '.' })],
  ],
  resultCache: [
    ['options', (options) => cache.resultCache(options)],
    ['store', (given) => cache.resultCache({ store: given, schemaVersion: 1 })],
    ['schemaVersion', (schemaVersion) => cache.resultCache({ store, schemaVersion }), 5, Number.NaN],
    ['ticket', (key) => results.ticket(key), 'text'],
    ['read', (key) => results.read(key), 'text'],
    ['begin', (key) => results.begin(key), 'text'],
    ['delete', (key) => results.delete(key), 'text'],
    ['redeem', (ticket) => results.redeem(ticket)],
    ['etag', (etag) => results.redeem({ key: 'k', etag }), 'text'],
    ['value', (value) => results.write('k', value, writing)],
    ['writing', (given) => results.write('k', Buffer.alloc(1), given)],
    ['ttl', (ttlMilliseconds) => results.write('k', Buffer.alloc(1), { ...writing, ttlMilliseconds }), undefined, 5],
    ['epoch', (epoch) => results.write('k', Buffer.alloc(1), { ...writing, epoch }), undefined, 'text'],
  ],
  selectionPrefix: [
    ['selection', (selection) => cache.selectionPrefix(selection), {}],
    ['tables', (tables) => cache.selectionPrefix({ tables }), undefined, []],
    ['table', (table) => cache.selectionPrefix({ tables: [table] }), 'text'],
    ['areas', (areas) => cache.selectionPrefix({ areas }), undefined, []],
    ['area', (area) => cache.selectionPrefix({ areas: [area] })],
    ['operations', (operations) => cache.selectionPrefix({ operations }), undefined, [], wrong[10]],
    ['drawn', (drawn) => cache.selectionPrefix({ drawn }), undefined, true],
    ['where', (where) => cache.selectionPrefix({ where }), undefined, wrong[10]],
    ['misspelt', () => cache.selectionPrefix({ table: ['huc12'] } as never)],
  ],
  removeResults: [
    ['selection', (selection) => cache.removeResults(store, selection), {}],
    ['misspelt', () => cache.removeResults(store, { table: ['huc12'] } as never)],
    ['store', (given) => cache.removeResults(given, {})],
    ['step', (stepKeys) => cache.removeResults(store, {}, { stepKeys }), undefined, 5],
  ],
  countResults: [
    ['selection', (selection) => cache.countResults(store, selection), {}],
    ['store', (given) => cache.countResults(given, {})],
    ['step', (stepKeys) => cache.countResults(store, {}, { stepKeys }), undefined, 5],
  ],
  listResults: [
    ['selection', (selection) => Readable.from(cache.listResults(store, selection)).toArray(), {}],
    ['store', (given) => Readable.from(cache.listResults(given, {})).toArray()],
  ],
  surveyResults: [
    ['selection', (selection) => cache.surveyResults(store, selection, { now: 0, schemaVersion: 1 }), {}],
    ['judging', (judging) => cache.surveyResults(store, {}, judging)],
  ],
  addGroups: [['groups', (groups) => cache.addGroups(groups), []]],
  openJobCache: [
    ['drawers', (given) => cache.openJobCache(given, { scope: 's', ttlMilliseconds: 1 })],
    ['options', (options) => cache.openJobCache(drawers, options)],
    ['scope', (scope) => cache.openJobCache(drawers, { scope, ttlMilliseconds: 1 }), 'text'],
    ['ttl', (ttlMilliseconds) => cache.openJobCache(drawers, { scope: 's', ttlMilliseconds }), 5],
  ],
  storeDrawers: [['store', (given) => cache.storeDrawers(given)]],
  redisDrawers: [
    ['all', (options) => cache.redisDrawers(options)],
    ['client', (given) => cache.redisDrawers({ client: given })],
    ['prefix', (prefix) => cache.redisDrawers({ client: redis, prefix }), undefined, 'text'],
  ],
  openArchiveWriter: [
    ['path', (path) => cache.openArchiveWriter(path, { begin: {} }), 'text'],
    ['options', (options) => cache.openArchiveWriter('/nowhere/a.jsonl', options)],
  ],
  archiveStreamWriter: [['write', (write) => cache.archiveStreamWriter(write), wrong[10]]],
  readArchive: [['path', (path) => Readable.from(cache.readArchive(path)).toArray(), 'text']],
  archiveState: [['path', (path) => cache.archiveState(path), 'text']],
};

wrongTypesSuite({
  exported: cache,
  without: ['answeredWithin', 'expectStore', 'noJobCache', 'KeyNotFoundError', 'NoJobCacheError', 'StoreError'],
  calls,
});

it('the store holds nothing of what was refused', async () => {
  expect(await store.getMany(['k'])).toEqual([undefined]);
});
