import { encodeEntry } from '../../src/entry.ts';
import { memoryStore } from '../../src/stores/memory.ts';
import { processFence } from '../../src/stores/process-fence.ts';

const times = { computedAt: 1, freshUntil: null, hardUntil: null };
const entry = encodeEntry({ ...times, costMs: 0, schemaVersion: 1, value: new Uint8Array() });

/** A fence whose store stops in the middle of what the test says, until it is let go on. */
function stoppedAt(call: 'head' | 'set') {
  const memory = memoryStore();
  const reached = Promise.withResolvers<void>();
  const goOn = Promise.withResolvers<void>();
  const stop = async () => {
    reached.resolve();
    await goOn.promise;
  };
  const store = {
    ...memory,
    head: async (key: string, length: number) => {
      if (call === 'head') await stop();
      return memory.head(key, length);
    },
    set: async (key: string, bytes: Uint8Array) => {
      if (call === 'set') await stop();
      return memory.set(key, bytes);
    },
  };
  return { memory, fence: processFence(store, () => 0), reached: reached.promise, goOn: goOn.resolve };
}

describe('the fence of one process', () => {
  it('refuses a write whose epoch moves while it looks at what is there', async () => {
    const { memory, fence, reached, goOn } = stoppedAt('head');
    const writing = fence.write('key', entry, { epoch: '' });
    await reached;
    const moving = fence.move('key');
    goOn();
    expect(await writing).toBe(false);
    await moving;
    expect(await memory.get('key')).toBeUndefined();
  });

  it.each(['move', 'remove'] as const)('lets a write that passed end before it says that it %sd', async (call) => {
    const { memory, fence, reached, goOn } = stoppedAt('set');
    const ended: string[] = [];
    const writing = fence.write('key', entry, { epoch: '' }).then(() => ended.push('write'));
    await reached;
    const other = fence[call]('key').then(() => ended.push(call));
    expect(await fence.epoch('key')).not.toBe('');
    goOn();
    await Promise.all([writing, other]);
    expect(ended).toEqual(['write', call]);
    expect((await memory.get('key')) !== undefined).toBe(call === 'move');
  });

  it('goes on after a failure of its store', async () => {
    const memory = memoryStore();
    let failures = 1;
    const set = async (key: string, bytes: Uint8Array) => {
      if (failures-- > 0) throw new Error('disk full');
      return memory.set(key, bytes);
    };
    const fence = processFence({ ...memory, set }, () => 0);
    const writes = [fence.write('key', entry, { epoch: '' }), fence.write('key', entry, { epoch: '' })];
    await expect(writes[0]).rejects.toThrow('disk full');
    expect(await writes[1]).toBe(true);
  });

  it('remembers the last hundred thousand epochs', async () => {
    const fence = processFence(memoryStore(), () => 0);
    const first = await fence.move('key 0');
    for (let index = 1; index < 100_000; index++) await fence.move(`key ${index}`);
    expect(await fence.epoch('key 0')).toBe(first);
    // Moved again it is the newest, and the second becomes the oldest.
    await fence.move('key 0');
    await fence.move('one more');
    expect(await fence.epoch('key 0')).not.toBe('');
    expect(await fence.epoch('key 1')).toBe('');
    expect(await fence.epoch('key 2')).not.toBe('');
  });
});
