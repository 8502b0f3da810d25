import { openRasterLevels, type RasterLevels } from '@cellshed/raster';
import type { Catalog, CatalogRaster } from './entries.ts';
import { createLender, type Lender } from './lender.ts';
import { isRemote, type OpenOptions, openingOf } from './open-rasters.ts';
import { openReading } from './reading.ts';

/** The rasters of a catalog, to be looked at: each is opened when it is first asked for. */
export interface OpenLevels {
  /**
   * Runs `work` with a raster as its files are now, and its overviews. Throws where it cannot be
   * opened, and for a name that is not in the catalog.
   */
  use<Result>(name: string, work: (raster: RasterLevels) => Promise<Result>): Promise<Result>;
  close(): Promise<void>;
}

/** Prepares the rasters of a catalog to be looked at; nothing is opened yet. */
export function openLevels(
  { rasters }: Pick<Catalog, 'rasters'>,
  { recheckMilliseconds = 60_000, now = () => performance.now(), ...others }: Omit<OpenOptions, 'signal'> = {},
): OpenLevels {
  const { reading, settled } = openReading(others);
  const lenders = new Map<string, Promise<Lender<RasterLevels>>>();

  async function lend(raster: CatalogRaster): Promise<Lender<RasterLevels>> {
    const reopen = () => openRasterLevels(openingOf(raster, reading));
    return createLender(await reopen(), {
      reopen,
      recheckMilliseconds: isRemote(raster) ? recheckMilliseconds : 0,
      now,
    });
  }

  function lenderOf(name: string): Promise<Lender<RasterLevels>> {
    const known = lenders.get(name);
    if (known) return known;
    const raster = rasters.get(name);
    if (raster === undefined) throw new Error(`the catalog has no raster "${name}"`);
    const lender = lend(raster);
    lenders.set(name, lender);
    // It may be there later.
    lender.catch(() => lenders.delete(name));
    return lender;
  }

  return {
    use: async (name, work) => (await lenderOf(name)).use(work),
    close: async () => {
      const all = await Promise.allSettled(lenders.values());
      await Promise.all(all.map((one) => one.status === 'fulfilled' && one.value.close()));
      await settled();
    },
  };
}
