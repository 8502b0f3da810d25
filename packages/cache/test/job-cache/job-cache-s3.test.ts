import { storeDrawers } from '../../src/job-cache/store-drawers.ts';
import { s3Store } from '../../src/stores/s3.ts';
import type { Store } from '../../src/stores/store.ts';
import { type S3Server, startS3 } from '../s3-server.ts';
import { all, patient } from '../store-fixture.ts';
import { jobCacheSuite } from './job-cache-suite.ts';

const bucket = 'scratch';
let server: S3Server;
let store: Store;
let opened = 0;
let now = 1_000_000;

beforeAll(async () => {
  server = await startS3(bucket);
});
afterEach(() => store.close());
afterAll(() => server.stop());

jobCacheSuite('S3', {
  open: async () => {
    opened += 1;
    store = s3Store({
      bucket,
      prefix: `test-${opened}`,
      endpoint: server.endpoint,
      pathStyle: true,
      clock: () => now,
      ...patient,
    });
    return storeDrawers(store);
  },
  letPass: async (milliseconds) => {
    now += milliseconds;
  },
  left: () => all(store.keys('')),
  // Three pages.
  manyKeys: 250,
});
