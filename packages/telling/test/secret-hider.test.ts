import { secretHider } from '../src/index.ts';

const hide = secretHider([]);

it.each([
  ['redis://me:p/@ss?w#rd@host:6379/1', 'redis://me:…@host:6379/1'],
  ['"cannot reach postgresql://gis:secret@db/gis: refused"', '"cannot reach postgresql://gis:…@db/gis: refused"'],
  ['redis://:a@one,file:./results,redis://:b@two', 'redis://…@two'],
  ['redis://secret@host', 'redis://…@host'],
  ['https://host/a.tif?sig=abc%2B and more', 'https://host/a.tif?sig=… and more'],
  ['s3://bucket/a?endpoint=http://x&secret=y failed', 's3://bucket/a?endpoint=…&secret=… failed'],
  ['https://host/a.tif?secret&x=1', 'https://host/a.tif?…&x=…'],
  ['host=db password=secret dbname=gis', 'host=db password=… dbname=gis'],
  ['AWS_SECRET_ACCESS_KEY=abc/def', 'AWS_SECRET_ACCESS_KEY=…'],
  ['authorization: Bearer abcdefghijklmnopq.rs', 'authorization: Bearer …'],
  [`a key catchment_0123456789ab_${'x'.repeat(43)} is wrong`, 'a key catchment_0123456789ab_… is wrong'],
])('hides what looks like a secret: %s', (text, hidden) => {
  expect(hide(text)).toBe(hidden);
});

it.each([
  'GET /api/jobs/01234567-89ab-cdef-0123-456789abcdef 200 1.2 ms',
  'at hook (file:///srv/node_modules/@fastify/cors/index.js:10:5)',
  'wrong key; expected Authorization: Bearer, or X-API-Key, and a key',
  'is the queue away? 3 = 3, basic authentication',
  'raster soil: tile 0, 0 (bytes 8 to 284 of /data/soil.tif) cannot be read',
])('leaves all else: %s', (text) => {
  expect(hide(text)).toBe(text);
});

it('hides known secrets wherever they are, as JSON and URLs write them, too', () => {
  const secret = 'a"b\\c d$&.*';
  const known = secretHider([secret, secret.slice(0, 7), 'short']);
  for (const text of [secret, JSON.stringify({ secret }), encodeURIComponent(secret), `x${secret}x${secret}`]) {
    expect(known(text)).not.toMatch(/b\\|%5C|\$&/);
  }
  expect(JSON.parse(known(JSON.stringify({ msg: `it was ${secret}!` })))).toEqual({ msg: 'it was …!' });
  expect(known('short words are no secret')).toBe('short words are no secret');
});
