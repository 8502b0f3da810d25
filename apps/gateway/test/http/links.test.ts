import { baseUrl } from '../../src/http/links.ts';

const at = (localAddress: string, localPort = 8080) => ({ localAddress, localPort });
const seen = (host: string, socket = at('127.0.0.1'), allowedHosts = '') =>
  baseUrl({ allowedHosts })({ protocol: 'http', host, socket });

it.each([
  ['localhost:8080', at('127.0.0.1')],
  ['LOCALHOST:8080', at('::1')],
  ['127.0.0.1:8080', at('127.0.0.1')],
  ['[::1]:8080', at('::1')],
  ['192.0.2.1:8080', at('::ffff:192.0.2.1')],
  ['192.0.2.1', at('192.0.2.1', 80)],
])('links begin with the Host %s where the connection came in there', (host, socket) => {
  expect(seen(host, socket)).toBe(`http://${host}`);
});

it.each([
  ['evil.example', at('127.0.0.1')],
  ['evil.example:8080', at('192.0.2.1')],
  ['localhost:8080', at('192.0.2.1')],
  ['localhost:8081', at('127.0.0.1')],
  ['localhost', at('127.0.0.1')],
  ['192.0.2.2:8080', at('192.0.2.1')],
  ['127.0.0.1.evil.example:8080', at('127.0.0.1')],
])('any other Host is not believed: with %s links begin with their path', (host, socket) => {
  expect(seen(host, socket)).toBe('');
});

it('a Host that is allowed is believed, with any port or with one', () => {
  const allowed = 'gis.example.org, other.example:8080';
  for (const host of ['gis.example.org', 'GIS.example.org:444', 'other.example:8080'])
    expect(seen(host, at('192.0.2.1'), allowed)).toBe(`http://${host}`);
  for (const host of ['other.example', 'other.example:1', 'x.gis.example.org', 'undefined'])
    expect(seen(host, at('192.0.2.1'), `${allowed},x:1`)).toBe('');
});

it.each(['', 'x>; rel="next', 'user@evil', 'a b', 'a/b', '<script>', '[::1', 'a:b', 'é', 'a:123456'])(
  'with %j, which is no Host, links begin with their path, and nobody is told',
  (host) => {
    const unknown: string[] = [];
    const base = baseUrl({ allowedHosts: host, onUnknown: (one) => unknown.push(one) });
    expect(base({ protocol: 'http', host, socket: at('127.0.0.1') })).toBe('');
    for (const other of ['evil.example', 'more.example'])
      expect(base({ protocol: 'http', host: other, socket: at('127.0.0.1') })).toBe('');
    expect(unknown).toEqual(['evil.example']);
  },
);

it('what the operator says goes before any Host, without a slash at its end', () => {
  const base = baseUrl({ publicUrl: 'https://example.org/catchment/' });
  expect(base({ protocol: 'http', host: 'evil', socket: at('127.0.0.1') })).toBe('https://example.org/catchment');
});
