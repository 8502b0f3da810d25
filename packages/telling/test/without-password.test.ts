import { withoutPassword } from '../src/index.ts';

it('a password is hidden to its last letter, whatever is in it', () => {
  for (const password of [
    'secret',
    'se:cret',
    's@cret',
    'se/cret',
    '@/secret',
    's@/c@ret',
    'se?cret#x',
    'se//c@ret,',
    'a,b@c',
  ]) {
    expect(withoutPassword(`redis://me:${password}@host:6379/1`)).toBe('redis://me:…@host:6379/1');
    expect(withoutPassword(`postgresql://:${password}@host/gis`)).toBe('postgresql://…@host/gis');
  }
  expect(withoutPassword('redis://secret@host')).toBe('redis://…@host');
});

it('of several URLs each is told apart', () => {
  expect(withoutPassword('redis://:s@/cret@one:6379,rediss://u:p@two,file:./results')).toBe(
    'redis://…@one:6379,rediss://u:…@two,file:./results',
  );
});

it('a secret of a query is hidden, all else is as it was', () => {
  expect(withoutPassword('postgresql://host/gis?user=me&password=secret&ssl=true')).toBe(
    'postgresql://host/gis?user=me&password=…&ssl=true',
  );
  expect(withoutPassword('redis-sentinel://a:1,b/q?sentinelPassword=s@cr:et')).toBe(
    'redis-sentinel://a:1,b/q?sentinelPassword=…',
  );
  expect(withoutPassword('redis-sentinel://me:secret@a/q?sentinelUsername=it&sentinelPassword=secret')).toBe(
    'redis-sentinel://me:…@a/q?sentinelUsername=it&sentinelPassword=…',
  );
  for (const open of [
    'http://host/map@2x.tif',
    's3://bucket/key?endpoint=http://host:9000',
    'file:./results',
    '/a/path@home',
    'redis-cluster://one:1,two:2',
  ])
    expect(withoutPassword(open)).toBe(open);
});
