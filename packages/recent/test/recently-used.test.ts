import { describe, expect, test } from '@jest/globals';
import { recentlyUsed } from '../src/index.ts';

const texts = (limit: number, others: { least?: number; onDrop?: (text: string, key: string) => void } = {}) =>
  recentlyUsed<string>({ limit, sizeOf: (text) => text.length, ...others });

describe('a map of what was used recently', () => {
  test('drops the value that was used longest ago, as the README shows', () => {
    const kept = texts(10);
    kept.set('a', 'four');
    kept.set('b', 'fives');
    expect(kept.get('a')).toBe('four');
    kept.set('c', 'two');
    expect([...kept.keys()]).toEqual(['a', 'c']);
    expect(kept.count).toBe(2);
  });

  test('fills its limit exactly, and drops no more than it must', () => {
    const kept = texts(6);
    for (const key of ['a', 'b', 'c']) kept.set(key, 'xx');
    expect([...kept.keys()]).toEqual(['a', 'b', 'c']);
    kept.set('d', 'x');
    expect([...kept.keys()]).toEqual(['b', 'c', 'd']);
  });

  test('counts values where no size is given', () => {
    const kept = recentlyUsed<number>({ limit: 2 });
    for (const [value, key] of ['a', 'b', 'c'].entries()) kept.set(key, value);
    expect([...kept.keys()]).toEqual(['b', 'c']);
  });

  test('a look does not count as a use', () => {
    const kept = texts(2);
    kept.set('a', 'x');
    kept.set('b', 'x');
    expect(kept.peek('a')).toBe('x');
    kept.set('c', 'x');
    expect(kept.peek('a')).toBeUndefined();
  });

  test('a value that is set again has its new size, and was used last', () => {
    const kept = texts(6);
    kept.set('a', 'xxxx');
    kept.set('b', 'xx');
    kept.set('a', 'x');
    expect([...kept.keys()]).toEqual(['b', 'a']);
    kept.set('c', 'xxx');
    expect(kept.count).toBe(3);
  });

  test('drops a value that is too large alone, and all others with it', () => {
    const kept = texts(3);
    kept.set('a', 'x');
    kept.set('b', 'xxxx');
    expect(kept.count).toBe(0);
    kept.set('c', 'xxx');
    expect(kept.count).toBe(1);
  });

  test('keeps the least number of values, however large they are', () => {
    const kept = texts(3, { least: 1 });
    kept.set('a', 'xxxx');
    expect(kept.get('a')).toBe('xxxx');
    kept.set('b', 'xxxxx');
    expect([...kept.keys()]).toEqual(['b']);
  });

  test('tells of each value that the limit drops, and of no other', () => {
    const dropped: string[] = [];
    const kept = texts(2, { onDrop: (text, key) => dropped.push(`${key} ${text}`) });
    kept.set('a', 'x');
    kept.set('a', 'xx');
    kept.set('b', 'y');
    kept.set('c', 'z');
    kept.delete('b');
    kept.clear();
    expect(dropped).toEqual(['a xx']);
  });

  test('is empty after it was cleared, with all of its room', () => {
    const kept = texts(2);
    kept.set('a', 'xx');
    kept.clear();
    expect([kept.get('a'), kept.count, kept.delete('a')]).toEqual([undefined, 0, false]);
    kept.set('b', 'xx');
    expect(kept.count).toBe(1);
  });

  test('keeps undefined like any other value', () => {
    const kept = recentlyUsed<undefined>({ limit: 1 });
    kept.set('a', undefined);
    expect([kept.count, kept.delete('a'), kept.count]).toEqual([1, true, 0]);
  });
});
