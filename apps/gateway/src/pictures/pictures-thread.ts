import { workerData } from 'node:worker_threads';
import { openLevels } from '@cellshed/catalog';
import { type Colours, coloursOf, drawTile, type Look, lookAt, type TileAddress } from '@cellshed/pictures';
import type { RasterLevels } from '@cellshed/raster';
import type { Picture, PictureSettings } from './pictures.ts';

const { catalog, recheckMilliseconds }: PictureSettings = workerData[1] ?? workerData;

/** The decoded tiles that are kept: neighbouring pictures need the same ones. */
const tileCacheBytes = 64 * 2 ** 20;

// The other processors have other work.
const levels = openLevels(catalog, { recheckMilliseconds, tileCacheBytes, decodeThreads: 0 });
const looks = new WeakMap<RasterLevels, Promise<Look>>();

/** Looks at a raster as its file is now, once. */
export const look = (name: string): Promise<Look> => levels.use(name, lookOnce);

/** Draws a tile of a raster. */
export function tile({
  raster,
  address,
}: {
  readonly raster: string;
  readonly address: TileAddress;
}): Promise<Picture> {
  return levels.use(raster, async (opened) => {
    const png = await drawTile(opened, address, { colours: await coloursFor(raster, opened) });
    return { png, version: opened.version };
  });
}

async function coloursFor(name: string, opened: RasterLevels): Promise<Colours> {
  const { legend = new Map() } = catalog.rasters.get(name) ?? {};
  return coloursOf({ legend }, legend.size === 0 ? (await lookOnce(opened)).ramp : undefined);
}

function lookOnce(opened: RasterLevels): Promise<Look> {
  const known = looks.get(opened);
  if (known) return known;
  const looking = lookAt(opened);
  looks.set(opened, looking);
  looking.catch(() => looks.delete(opened));
  return looking;
}
