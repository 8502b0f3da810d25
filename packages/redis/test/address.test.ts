import { redisAddress } from '@cellshed/redis';

describe('the URL of a Redis Cluster', () => {
  const open = { username: undefined, password: undefined, tls: false };
  const at = (host: string, port = 6379) => ({ host, port });

  it.each([
    ['redis-cluster://a', { ...open, nodes: [at('a')] }],
    ['rediss-cluster://a:7000,b,c.d:1', { ...open, tls: true, nodes: [at('a', 7000), at('b'), at('c.d', 1)] }],
    ['redis-cluster://[::1]:7000,[fe80::1]', { ...open, nodes: [at('::1', 7000), at('fe80::1')] }],
    ['redis-cluster://:p%40ss%2C@a', { ...open, username: '', password: 'p@ss,', nodes: [at('a')] }],
    ['redis-cluster://me:s@a:65535', { ...open, username: 'me', password: 's', nodes: [at('a', 65_535)] }],
  ])('%s names its nodes', (url, address) => {
    expect(redisAddress(url)).toEqual({ kind: 'cluster', ...address });
  });

  it.each([
    'redis-cluster://',
    'redis-cluster://,',
    'redis-cluster://a,',
    'redis-cluster://a,,b',
    'redis-cluster://a:0',
    'redis-cluster://a:65536',
    'redis-cluster://a:x',
    'redis-cluster://a/1',
    'redis-cluster://a?db=1',
    'redis-cluster://::1',
    'redis-cluster://[::1',
    'redis-cluster://:secret@',
    'redis-cluster://:se/cret@a',
  ])('%s names none', (url) => {
    expect(() => redisAddress(url)).toThrow(
      new RangeError(
        'the URL of a Redis Cluster names no nodes, expected redis-cluster://[[user]:password@]host[:port][,host[:port]…]',
      ),
    );
  });

  it('has its user and password percent-encoded', () => {
    expect(() => redisAddress('redis-cluster://:100%@a')).toThrow(
      /^the URL of .* has a % that encodes nothing in its user or password, /,
    );
  });
});

describe('the URL of Sentinels', () => {
  const nobody = { username: undefined, password: undefined };
  const open = { kind: 'sentinel', ...nobody, sentinelUser: nobody, tls: false };
  const at = (host: string, port = 26_379) => ({ host, port });

  it.each([
    ['redis-sentinel://a/queue', { ...open, nodes: [at('a')], name: 'queue', database: 0 }],
    ['redis-sentinel://a,b:1/my-queue/3', { ...open, nodes: [at('a'), at('b', 1)], name: 'my-queue', database: 3 }],
    [
      'rediss-sentinel://me:s%2F@[::1]/q',
      { ...open, tls: true, username: 'me', password: 's/', nodes: [at('::1')], name: 'q', database: 0 },
    ],
    [
      'redis-sentinel://:s@a,b/q?sentinelPassword=a%40b+c=',
      {
        ...{ ...open, password: 's', username: '', nodes: [at('a'), at('b')], name: 'q', database: 0 },
        sentinelUser: { username: undefined, password: 'a@b+c=' },
      },
    ],
    [
      'redis-sentinel://a/q/2?sentinelPassword=p&sentinelUsername=me',
      {
        ...{ ...open, nodes: [at('a')], name: 'q', database: 2 },
        sentinelUser: { username: 'me', password: 'p' },
      },
    ],
  ])('%s names them and their master', (url, address) => {
    expect(redisAddress(url)).toEqual(address);
  });

  it.each([
    ['redis-sentinel://a', 'names no master'],
    ['redis-sentinel://a/', 'names no nodes'],
    ['redis-sentinel:///queue', 'names no nodes'],
    ['redis-sentinel://a/queue/one', 'names no nodes'],
    ['redis-sentinel://:secret@/queue', 'names no nodes'],
    ['redis-sentinel://a?sentinelPassword=secret', 'names no master'],
    ['redis-sentinel://a/q?password=secret', 'has a query that is not understood'],
    ['redis-sentinel://a/q?sentinelPassword=', 'has a query that is not understood'],
    ['redis-sentinel://a/q?sentinelPassword=secret&sentinelPassword=secret', 'has a query that is not understood'],
    ['redis-sentinel://a/q?sentinelPassword=100%', 'has a % that encodes nothing in its user or password'],
  ])('%s %s', (url, problem) => {
    expect(() => redisAddress(url)).toThrow(
      new RangeError(
        `the URL of Sentinels ${problem}, expected redis-sentinel://[[user]:password@]host[:port][,host[:port]…]/name[/database][?sentinelPassword=…]`,
      ),
    );
  });
});

describe('the URL of a Redis', () => {
  it('is passed on as it is', () => {
    expect(redisAddress('rediss://me:secret@host:1/2')).toEqual({ kind: 'server', url: 'rediss://me:secret@host:1/2' });
  });

  it.each(['redis:', 'redis://user:secret@[', 'http://user:secret@a', 'redis-other://:secret@a'])(
    '%s is refused without its password',
    (url) => {
      expect(() => redisAddress(url)).toThrow(/^the URL of a Redis (has another scheme|is none), expected redis:/);
      expect(() => redisAddress(url)).not.toThrow(/secret/);
    },
  );
});
