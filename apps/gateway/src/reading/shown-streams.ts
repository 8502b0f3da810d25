import { addAbortSignal, Readable } from 'node:stream';
import { piecesFrom } from './pieces.ts';
import { openPlaces, type Place, type Places } from './places.ts';
import { tablesAtOnce } from './threads.ts';

/**
 * Makes a stream of the pieces of `piecesFrom`, once the first is there: what goes wrong before it
 * rejects. Destroying the stream ends the work. The stream fails if its client reads too slowly
 * while others wait for theirs.
 */
export type ShownStreams = (...pieces: Parameters<typeof piecesFrom>) => Promise<Readable>;

export function openShownStreams(places: Pick<Places, 'take'> = openPlaces(showing)): ShownStreams {
  return async (run, find, signal) => {
    const place = await places.take(signal);
    return addAbortSignal(place.lost, await streamOf(inPlace(place, piecesFrom(run, find, signal))));
  };
}

const showing = {
  count: tablesAtOnce,
  mostWaiting: 100,
  patienceMilliseconds: 60_000,
  now: () => performance.now(),
  every: (milliseconds: number, look: () => void) => {
    const timer = setInterval(look, milliseconds).unref();
    return () => clearInterval(timer);
  },
} as const;

/** Pieces that are made in a place, which is free at their end. */
async function* inPlace(place: Place, pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void> {
  try {
    for await (const piece of pieces) {
      const hasRead = place.waitForClient();
      yield piece;
      hasRead();
    }
  } finally {
    place.free();
  }
}

/** The bytes that are made before somebody reads them. */
const bytesAhead = 256 * 1024;

async function streamOf(pieces: AsyncGenerator<Uint8Array, void>): Promise<Readable> {
  const first = await pieces.next();
  async function* all() {
    if (first.value) yield first.value;
    yield* pieces;
  }
  const stream = Readable.from(all(), { objectMode: false, highWaterMark: bytesAhead });
  // A stream that nobody has begun to read ends no generator.
  return stream.once('close', () => void pieces.return());
}
