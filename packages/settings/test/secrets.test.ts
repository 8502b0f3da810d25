import { secretsIn } from '../src/index.ts';

it('knows the secrets of an environment by the names of variables, and in URLs', () => {
  const env = {
    ADMIN_PASSWORD: 'one',
    ADMIN_TOKEN: 'two',
    AWS_SECRET_ACCESS_KEY: 'three',
    QUEUE_REDIS_URL: 'redis://me:fo%2Fur@host:6379',
    CACHE_URL: 'redis://:five@a:1,file:./results,redis://six@b',
    OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Basic seven,x-key=eight',
    ADMIN_USER: 'admin',
    API_KEYS: 'required',
    VIEWER_PASSWORD: '',
    PUBLIC_URL: 'https://example.org',
  };
  expect(secretsIn(env)).toEqual([
    ...['one', 'two', 'three', 'fo%2Fur', 'fo/ur', 'five', 'six'],
    ...['authorization=Basic seven,x-key=eight', 'Basic seven', 'eight'],
  ]);
});
