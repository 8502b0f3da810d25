import fc from 'fast-check';
import { decodePackBits } from '../../src/codecs/packbits.ts';

describe('PackBits', () => {
  it('decodes the example of TIFF 6.0, section 9', () => {
    const stored = Buffer.from('FEAA0280002AFDAA0380002A22F7AA', 'hex');
    const plain = Buffer.from('AAAAAA80002AAAAAAAAA80002A22AAAAAAAAAAAAAAAAAAAA', 'hex');
    expect(Buffer.from(decodePackBits(stored, plain.length))).toEqual(plain);
  });

  it('decodes copies, repeats and what means nothing, in any order', () => {
    const copy = fc.uint8Array({ minLength: 1, maxLength: 128 }).map((bytes) => ({
      stored: [bytes.length - 1, ...bytes],
      plain: [...bytes],
    }));
    const repeat = fc.tuple(fc.integer({ min: 2, max: 128 }), fc.nat(255)).map(([times, byte]) => ({
      stored: [257 - times, byte],
      plain: new Array<number>(times).fill(byte),
    }));
    const nothing = fc.constant({ stored: [128], plain: [] as number[] });
    fc.assert(
      fc.property(fc.array(fc.oneof(copy, repeat, nothing)), fc.nat(9), (runs, more) => {
        const stored = Uint8Array.from(runs.flatMap((run) => run.stored));
        const plain = runs.flatMap((run) => run.plain);
        expect([...decodePackBits(stored, plain.length + more)]).toEqual(plain);
        const fewer = Math.max(0, plain.length - more);
        expect([...decodePackBits(stored, fewer)]).toEqual(plain.slice(0, fewer));
      }),
    );
  });

  it('ends where the data end, in the middle of a run too', () => {
    expect([...decodePackBits(Uint8Array.of(3, 7, 8), 9)]).toEqual([7, 8]);
    expect([...decodePackBits(Uint8Array.of(0, 7, 254), 9)]).toEqual([7]);
  });
});
