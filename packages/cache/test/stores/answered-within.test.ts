import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { promisify } from 'node:util';
import { answeredWithin, within } from '../../src/stores/answered-within.ts';
import { StoreError } from '../../src/stores/store.ts';
import { freeTime, letTimePass, stopTime } from '../passing-time.ts';

afterEach(freeTime);

async function letPass(milliseconds: number): Promise<void> {
  letTimePass(milliseconds);
  // A late answer is told of in an immediate.
  for (let turn = 0; turn < 2; turn++) await new Promise((resolve) => setImmediate(resolve));
}

const never = () => new Promise<never>(() => {});
const outcomes = {
  answered: (answer: unknown) => ['answered', answer],
  failed: (error: unknown) => ['failed', error],
  late: () => ['late'],
};

describe('a call that is waited for', () => {
  it('becomes what is made of its answer, its failure, or its lateness', async () => {
    expect(await within(10_000, Promise.resolve(1), outcomes)).toEqual(['answered', 1]);
    expect(await within(10_000, Promise.reject('no'), outcomes)).toEqual(['failed', 'no']);
    expect(await within(1, never(), outcomes)).toEqual(['late']);
  });

  it('becomes the error of who makes something of it', async () => {
    const bug = () => {
      throw new TypeError('a bug');
    };
    await expect(within(10_000, Promise.resolve(1), { ...outcomes, answered: bug })).rejects.toThrow('a bug');
    await expect(within(10_000, Promise.reject(1), { ...outcomes, failed: bug })).rejects.toThrow('a bug');
    await expect(within(1, never(), { ...outcomes, late: bug })).rejects.toThrow('a bug');
  });

  it('is made something of once, also when it ends after it was late', async () => {
    const asked: string[] = [];
    const noting = {
      answered: () => asked.push('answered'),
      failed: () => asked.push('failed'),
      late: () => asked.push('late'),
    };
    for (const end of ['resolve', 'reject'] as const) {
      const call = Promise.withResolvers<void>();
      await within(1, call.promise, noting);
      call[end]();
      await Promise.allSettled([call.promise]);
    }
    expect(asked).toEqual(['late', 'late']);
  });

  it('is a StoreError that says who did not answer', async () => {
    await expect(answeredWithin(1, never())).rejects.toThrow(new StoreError('the store did not answer within 1 ms'));
    await expect(answeredWithin(2, never(), 'the queue')).rejects.toThrow('the queue did not answer within 2 ms');
    await expect(answeredWithin(10_000, Promise.reject(new RangeError('no')))).rejects.toThrow(RangeError);
    expect(await answeredWithin(10_000, Promise.resolve('yes'))).toBe('yes');
  });

  it('is answered in time when its answer was there before a process that was held up looked', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const client = connect((server.address() as AddressInfo).port, '127.0.0.1');
    const [[other]] = await Promise.all([once(server, 'connection'), once(client, 'connect')]);
    const waited = within(50, once(client, 'data').then(String), outcomes);
    other.write('answer');
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100);
    const outcome = await waited;
    client.destroy();
    other.destroy();
    server.close();
    expect(outcome).toEqual(['answered', 'answer']);
  });

  it('is told apart from those that begin before and after it', async () => {
    stopTime();
    const ended: string[] = [];
    const wait = (name: string, milliseconds: number, call: Promise<unknown> = never()) =>
      within(milliseconds, call, {
        answered: () => `${name} answered`,
        failed: () => '',
        late: () => `${name} late`,
      }).then((what) => ended.push(what));
    const slow = Promise.withResolvers<void>();
    void wait('first', 40);
    void wait('second', 40, slow.promise);
    void wait('short', 5);
    await letPass(5);
    void wait('third', 40);
    slow.resolve();
    await letPass(35);
    expect(ended).toEqual(['short late', 'second answered', 'first late']);
    await letPass(4);
    expect(ended.length).toBe(3);
    await letPass(1);
    expect(ended.at(-1)).toBe('third late');
    // When nobody has waited for a while, the next is still bounded.
    await letPass(1000);
    void wait('fourth', 40);
    await letPass(40);
    expect(ended.at(-1)).toBe('fourth late');
  });

  it('keeps the process alive until it is late, and not when it has been answered', async () => {
    const program = (call: string) => `
      import { within } from ${JSON.stringify(new URL('../../src/stores/answered-within.ts', import.meta.url).href)};
      const outcomes = { answered: () => 'answered', failed: () => 'failed', late: () => 'late' };
      await within(600_000, Promise.resolve(), outcomes);
      await within(600_000, Promise.resolve(), outcomes);
      console.log(await ${call});`;
    const said = async (call: string) => {
      const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', program(call)]);
      return stdout;
    };
    expect(await said(`within(20, new Promise(() => {}), outcomes)`)).toBe('late\n');
    expect(await said(`within(600_000, Promise.resolve(), outcomes)`)).toBe('answered\n');
    expect(await said(`within(600_000, new Promise((end) => setImmediate(end)), outcomes)`)).toBe('answered\n');
  });
});
