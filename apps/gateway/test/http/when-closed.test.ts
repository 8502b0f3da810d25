import { EventEmitter } from 'node:events';
import { whenClosed } from '../../src/http/when-closed.ts';

it('all functions of an answer are called once it is over, and share one listener', () => {
  const [one, other] = [new EventEmitter(), new EventEmitter()];
  const called: number[] = [];
  for (let i = 0; i < 20; i++) whenClosed(one, () => called.push(i));
  whenClosed(other, () => called.push(100));
  expect(one.listenerCount('close')).toBe(1);
  one.emit('close');
  one.emit('close');
  expect(called).toEqual(Array.from({ length: 20 }, (_, i) => i));
  other.emit('close');
  expect(called.at(-1)).toBe(100);
});
