import { baseUrl } from '../src/links.ts';

const seen = (host: string) => baseUrl(undefined)({ protocol: 'http', host });

it.each(['localhost', 'gis.example.org:8080', '127.0.0.1:80', '[::1]:8080', 'a-b_c'])(
  'links begin with the Host %s',
  (host) => {
    expect(seen(host)).toBe(`http://${host}`);
  },
);

it.each(['', 'x>; rel="next', 'user@evil', 'a b', 'a/b', '<script>', '[::1', 'a:b', 'é', 'a:123456'])(
  'with %j, which is no Host, links begin with their path',
  (host) => {
    expect(seen(host)).toBe('');
  },
);

it('what the operator says goes before any Host, without a slash at its end', () => {
  expect(baseUrl('https://example.org/catchment/')({ protocol: 'http', host: 'evil' })).toBe(
    'https://example.org/catchment',
  );
});
