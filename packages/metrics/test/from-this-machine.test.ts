import type { IncomingMessage } from 'node:http';
import { isFromThisMachine } from '../src/index.ts';

const from = (remoteAddress: string | undefined, headers: IncomingMessage['headers'] = {}) =>
  isFromThisMachine({ headers, socket: { remoteAddress } as IncomingMessage['socket'] });

it('knows the addresses of this machine', () => {
  expect(['127.0.0.1', '127.8.9.1', '::1', '::ffff:127.0.0.1'].map((address) => from(address))).toEqual([
    ...[true, true, true, true],
  ]);
  expect(['10.0.0.1', '::ffff:10.0.0.1', '1270.0.0.1', '', undefined].map((address) => from(address))).toEqual([
    ...[false, false, false, false, false],
  ]);
});

it('does not take what a proxy on this machine sends on for its own', () => {
  for (const name of ['x-forwarded-for', 'forwarded', 'x-real-ip', 'via']) {
    expect(from('127.0.0.1', { [name]: '10.0.0.1' })).toBe(false);
  }
});
