import { openClients } from '../../src/access/client.ts';

const clientOf = openClients('a secret');
const key = { id: '0123456789ab', name: 'map of the county', scope: 'execute', createdAt: 0 } as const;

it('a client is its key, wherever it asks from', () => {
  expect(clientOf({ admitted: key, ip: '192.0.2.1' })).toBe('key-0123456789ab');
  expect(clientOf({ admitted: key, ip: '192.0.2.2' })).toBe('key-0123456789ab');
});

it('a client without a key is its address, of IPv6 its network, in a name that does not tell which', () => {
  const names = ['192.0.2.1', '192.0.2.2', '2001:db8::1', '2001:db8::ffff', '2001:db8:0:1::1'].map((ip) =>
    clientOf({ ip }),
  );
  expect(new Set(names).size).toBe(4);
  expect(names[2]).toBe(names[3]);
  for (const name of names) expect(name).toMatch(/^address-[0-9a-f]{32}$/);
  expect(openClients('another secret')({ ip: '192.0.2.1' })).not.toBe(names[0]);
});

it('for whoever may do everything nothing is booked', () => {
  expect(clientOf({ admitted: 'operator', ip: '192.0.2.1' })).toBeUndefined();
  expect(clientOf({ admitted: { ...key, scope: 'admin' }, ip: '192.0.2.1' })).toBeUndefined();
});
