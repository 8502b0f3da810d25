import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { beside, rangeOf, sendRange } from '../../packages/raster/test/range-server.ts';
import { variedRaster } from '../varied-raster.ts';
import { waitUntil } from './wait.ts';

/** Cells along the side of a tile, and tiles along the side of the raster. */
export const tileSide = 256;
export const tilesAcross = 4;

/**
 * A raster on a web server that can hold answers back, fail, and be replaced by one of another
 * value.
 */
export interface WebRaster extends AsyncDisposable {
  readonly url: string;
  /**
   * The tiles that were asked for; of those in one request each. With a time, in epoch
   * milliseconds, those that were asked for until then.
   */
  asked(until?: number): number;
  /** Resolves when so many answers are held back. */
  untilHeld(answers?: number): Promise<void>;
  /** Holds back all tiles that are asked for from now on, or all answers. */
  hold(what?: Answers): void;
  /** Sends what is held back, and all that is asked for from now on. */
  release(): void;
  /** Refuses tiles, or everything, until it is mended. */
  fail(what: Answers): void;
  mend(): void;
  /** Puts another file in its place: another version, with this value in all cells. */
  replace(value: number): void;
  /** Whether another version takes its place whenever a tile is asked for. */
  replaceAlways(always: boolean): void;
}

type Answers = 'tiles' | 'all';

/** Starts the server of a raster with this value in all cells. */
export async function serveRaster(value: number): Promise<WebRaster> {
  let bytes = rasterBytes(value);
  let version = 1;
  const asked: { readonly at: number; readonly tiles: number }[] = [];
  let failing: Answers | undefined;
  let holding: Answers | undefined;
  let isRestless = false;
  const waiting = new Set<() => void>();
  const send = (request: IncomingMessage, response: ServerResponse) =>
    sendRange(bytes, { etag: `"version-${version}"` })(request, response);
  const server = createServer((request, response) => {
    if (beside.test(request.url ?? '')) return void response.writeHead(404).end();
    // A reader that opens the raster reads it from its first byte on.
    const [first, end] = rangeOf(request);
    const isTile = first > 0;
    const isMeant = (what: Answers | undefined) => what === 'all' || (what === 'tiles' && isTile);
    const tiles = Math.max(1, Math.round((end - first) / (tileSide * tileSide)));
    if (isTile) asked.push({ at: Date.now(), tiles });
    if (isMeant(failing)) return void response.writeHead(403).end();
    if (isTile && isRestless) version += 1;
    if (!isMeant(holding)) return void send(request, response);
    const answer = () => {
      waiting.delete(answer);
      send(request, response);
    };
    waiting.add(answer);
    response.on('close', () => waiting.delete(answer));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/web.tif`,
    asked: (until = Number.POSITIVE_INFINITY) =>
      asked.reduce((sum, { at, tiles }) => (at <= until ? sum + tiles : sum), 0),
    untilHeld: (answers = 1) => waitUntil(() => waiting.size >= answers),
    hold: (what = 'tiles') => {
      holding = what;
    },
    release: () => {
      holding = undefined;
      for (const answer of waiting) answer();
    },
    fail: (what) => {
      failing = what;
    },
    mend: () => {
      failing = undefined;
    },
    replace: (other) => {
      bytes = rasterBytes(other);
      version += 1;
    },
    replaceAlways: (always) => {
      isRestless = always;
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/**
 * The directory is in front. Tiles are as large as what is read with it, so that whoever opens the
 * raster reads none of them whole.
 */
function rasterBytes(value: number): Buffer {
  return variedRaster({ across: tilesAcross, down: tilesAcross, side: tileSide, valueAt: () => value });
}
