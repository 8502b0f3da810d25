import { EventEmitter } from 'node:events';
import { describe, expect, it } from '@jest/globals';
import type { FastifyReply } from 'fastify';
import { whileWanted } from '../../src/http/while-wanted.ts';

const replyThat = (writableFinished: boolean) => {
  const raw = Object.assign(new EventEmitter(), { writableFinished });
  return { raw, reply: { raw } as unknown as FastifyReply };
};

describe('the signal of an answer', () => {
  it('is aborted when the client leaves before its answer, and only then', () => {
    for (const isFinished of [false, true]) {
      const { raw, reply } = replyThat(isFinished);
      const signal = whileWanted(reply);
      expect(signal.aborted).toBe(false);
      raw.emit('close');
      expect(signal.aborted).toBe(!isFinished);
    }
  });

  it('listens once, however often it is asked for', () => {
    const { raw, reply } = replyThat(false);
    expect(whileWanted(reply)).toBe(whileWanted(reply));
    expect(raw.listenerCount('close')).toBe(1);
    expect(whileWanted(replyThat(false).reply)).not.toBe(whileWanted(reply));
  });
});
