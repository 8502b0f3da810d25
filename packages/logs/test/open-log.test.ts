import { openLog } from '../src/index.ts';

it('a line has documented fields alone, of errors too, and no secret', () => {
  let text = '';
  const write = (bytes: Uint8Array) => {
    text += Buffer.from(bytes).toString();
    return bytes.length;
  };
  const log = openLog({ level: 'warn', app: 'gateway', secrets: ['a secret'], write });
  const cause = new Error('redis://:pw@host is away');
  const error = Object.assign(new Error('not read', { cause }), { code: 'E_READ', input: 'a secret', response: {} });
  log.error(error);
  log.warn({ req: { url: '/?token=x' }, address: '::1' }, 'it said "a secret"');
  const [first, second] = text.split('\n', 2).map((line) => JSON.parse(line));
  expect(Object.keys(first.err).toSorted()).toEqual(['code', 'message', 'stack', 'type']);
  expect(first).toMatchObject({ app: 'gateway', msg: 'not read', err: { code: 'E_READ', type: 'Error' } });
  expect(first.err.stack).toContain('redis://…@host is away');
  const own = { level: 40, time: expect.any(Number), pid: process.pid, hostname: expect.any(String), app: 'gateway' };
  expect(second).toEqual({ ...own, address: '::1', msg: 'it said "…"' });
});
