import { mkdirSync, renameSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { values, writeLocal, writeTables } from '../test/way/areas.ts';
import { serveRaster, type WebRaster } from '../test/way/web-raster.ts';

export type RasterName = 'web' | 'local';

/**
 * The rasters and tables of a run: a raster has one value in all cells, and another when it is
 * replaced.
 */
export interface Rasters extends AsyncDisposable {
  readonly web: WebRaster;
  /** Puts another version in the place of a raster. */
  replace(name: RasterName): void;
  /** Takes the raster away, or cuts its file off in the middle; `mend` puts it back. */
  remove(name: RasterName): void;
  damage(): void;
  mend(name: RasterName): void;
  /** Writes the tables anew: the same areas, another version. */
  replaceTables(): void;
  /** Whether a raster had a value at some time between two. */
  had(name: RasterName, value: number, from: number, until: number): boolean;
}

/** A version, from when on it may be read, and until when. */
interface Version {
  readonly value: number;
  readonly from: number;
  until: number;
}

/** The time in which a process reads a file to its end that it opened before it was replaced. */
const graceMilliseconds = 5000;

export async function openRasters(folder: string): Promise<Rasters> {
  const web = await serveRaster(values.web);
  const path = join(folder, 'local.tif');
  const versions: Record<RasterName, Version[]> = { web: [], local: [] };
  const begin = (name: RasterName, value: number) => {
    const now = Date.now();
    const last = versions[name].at(-1);
    if (last) last.until = now + graceMilliseconds;
    versions[name].push({ value, from: now, until: Infinity });
  };
  const valueOf = (name: RasterName) => versions[name].at(-1)?.value as number;
  begin('web', values.web);
  begin('local', values.local);
  writeLocal(folder, values.local);
  writeTables(folder);
  return {
    web,
    replace: (name) => {
      begin(name, (valueOf(name) % 200) + 1);
      if (name === 'web') web.replace(valueOf('web'));
      else writeWhole(folder, valueOf('local'));
    },
    remove: (name) => (name === 'web' ? web.fail('all') : renameSync(path, `${path}.away`)),
    damage: () => truncateSync(path, 20_000),
    mend: (name) => (name === 'web' ? web.mend() : writeWhole(folder, valueOf('local'))),
    replaceTables: () => writeTables(folder),
    had: (name, value, from, until) =>
      versions[name].some((one) => one.value === value && one.from <= until && one.until >= from),
    async [Symbol.asyncDispose]() {
      web.release();
      await web[Symbol.asyncDispose]();
    },
  };
}

/** Writes the file as an operator should: nobody reads half of it. */
function writeWhole(folder: string, value: number): void {
  const aside = join(folder, 'aside');
  mkdirSync(aside, { recursive: true });
  writeLocal(aside, value);
  renameSync(join(aside, 'local.tif'), join(folder, 'local.tif'));
}

/** Writes the catalog of a run. */
export function writeCatalog(folder: string, { url }: Pick<WebRaster, 'url'>): void {
  writeFileSync(
    join(folder, 'catalog.yaml'),
    `rasters: { web: { url: "${url}" }, local: { url: local.tif } }
operations:
  web: { type: groupedCount, rasters: [web] }
  local: { type: groupedCount, rasters: [local] }
  brief: { type: groupedCount, rasters: [web], lifetime: 1s }
  figures: { type: statistics, rasters: [local] }
areas:
  squares: { source: squares.geojson, id: id }
  big: { source: big.geojson, id: id }
`,
  );
}
