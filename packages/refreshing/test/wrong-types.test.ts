import { memoryStore } from '@cellshed/cache';
import { wrong, wrongTypesSuite } from '../../expected/test/wrong-types-suite.ts';
import * as refreshing from '../src/index.ts';

const store = memoryStore();

wrongTypesSuite({
  exported: refreshing,
  without: ['plainDataCodec'],
  calls: {
    refreshingCache: [
      ['options', (options) => refreshing.refreshingCache(options)],
      ['store', (given) => refreshing.refreshingCache({ store: given })],
      ['queue', (queue) => refreshing.refreshingCache({ store, queue }), undefined],
      ['prefix', (prefix) => refreshing.refreshingCache({ store, prefix }), undefined, 'text'],
      ['timeout', (timeoutMilliseconds) => refreshing.refreshingCache({ store, timeoutMilliseconds }), undefined, 5],
      ['random', (random) => refreshing.refreshingCache({ store, random }), undefined, wrong[10]],
      ['backoff', (backoff) => refreshing.refreshingCache({ store, backoff }), undefined],
    ],
    processQueue: [
      ['all', (options) => refreshing.processQueue(options), undefined, {}],
      ['concurrency', (concurrency) => refreshing.processQueue({ concurrency }), undefined, 5],
      ['attempts', (attempts) => refreshing.processQueue({ attempts }), undefined, 5],
      ['job', (job) => refreshing.processQueue().add(job)],
    ],
    toJson: [['value', (value) => refreshing.toJson(value), undefined, null, 5, Number.NaN, 'text', true, 7n, [], {}]],
    fromJson: [['json', (json) => refreshing.fromJson(json), null, 5, 'text', true, [], {}]],
  },
});
