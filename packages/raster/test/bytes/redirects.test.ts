import { BlockList } from 'node:net';
import { isReachable, otherHostPattern, otherHosts } from '../../src/bytes/other-hosts.ts';
import { redirectProblem } from '../../src/bytes/redirects.ts';

const problem = (from: string, to: string, { start = from, hosts = [] as string[] } = {}) =>
  redirectProblem(new URL(from), new URL(to), { start: new URL(start), others: otherHosts(hosts) });

it('a server may send on to itself, and to https', () => {
  for (const [from, to] of [
    ['http://a.example/x', 'http://a.example/y'],
    ['http://a.example/x', 'https://a.example/x'],
    ['https://a.example/x', 'https://a.example:443/y'],
    ['http://a.example:8080/x', 'http://a.example:8080/y'],
  ] as const)
    expect([from, to, problem(from, to)]).toEqual([from, to, undefined]);
});

it('but never from https to http, also where the host is listed', () => {
  const expected = expect.stringMatching(/, expected https, as before$/);
  expect(problem('https://a.example/x', 'http://a.example/x')).toEqual(expected);
  expect(problem('https://a.example/x', 'http://b.example/x', { hosts: ['b.example'] })).toEqual(expected);
  const twice = { start: 'http://a.example/x', hosts: ['b.example'] };
  expect(problem('https://b.example/x', 'http://a.example/x', twice)).toEqual(expected);
});

it('and to no other host or port than those that are listed', () => {
  const from = 'https://a.example/x';
  for (const to of [
    'https://b.example/',
    'https://a.example:8443/',
    'https://a.example.evil/',
    'https://169.254.169.254/',
  ])
    expect(problem(from, to)).toMatch(
      /, expected a\.example, or a host that the raster has under hosts in the catalog$/,
    );
  const hosts = ['b.example', 'c.example:8443', '10.0.0.0/8'];
  for (const to of ['https://b.example/', 'https://c.example:8443/'])
    expect(problem(from, to, { hosts })).toBeUndefined();
  for (const to of ['https://b.example:8443/', 'https://c.example/', 'https://x.b.example/', 'https://10.0.0.1/'])
    expect(problem(from, to, { hosts })).toBeDefined();
  // A listed host may redirect only to listed hosts.
  expect(problem('https://b.example/', 'https://d.example/', { start: from, hosts })).toBeDefined();
});

it("addresses of machines and networks of one's own are private, in whatever family they are written", () => {
  const none = new BlockList();
  const [open, hidden] = [
    ['93.184.216.34', '2606:2800:220:1::1', '::ffff:93.184.216.34'],
    [
      ...['127.0.0.1', '10.1.2.3', '172.31.0.1', '192.168.1.1', '169.254.169.254', '100.64.0.1', '0.0.0.0'],
      ...[
        '::1',
        '::',
        'fd00::1',
        'fe80::1',
        '::ffff:127.0.0.1',
        '::ffff:10.0.0.1',
        '64:ff9b::7f00:1',
        '255.255.255.255',
      ],
    ],
  ];
  expect(open.filter((address) => !isReachable(address, none))).toEqual([]);
  expect(hidden.filter((address) => isReachable(address, none))).toEqual([]);
  const allowed = new BlockList();
  allowed.addSubnet('10.0.0.0', 8);
  expect(isReachable('10.1.2.3', allowed)).toBe(true);
  expect(isReachable('192.168.1.1', allowed)).toBe(false);
});

it('what a list of hosts may have', () => {
  const pattern = new RegExp(otherHostPattern);
  for (const fine of ['a.example', 'a.example:80', '10.0.0.1', '[::1]:80', '10.0.0.0/8', 'fd00::/8'])
    expect([fine, pattern.test(fine)]).toEqual([fine, true]);
  for (const wrong of ['https://a.example', 'a.example/path', '*', '', 'a b'])
    expect([wrong, pattern.test(wrong)]).toEqual([wrong, false]);
});
