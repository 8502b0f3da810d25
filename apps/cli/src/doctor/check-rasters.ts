import { type Catalog, choicesOf, definitionOf, openLevels } from '@cellshed/catalog';
import { rastersOf } from '@cellshed/contracts';
import { gdalTranslateToCog } from '@cellshed/crs';
import type { Raster, RasterLevels } from '@cellshed/raster';
import prettyBytes from 'pretty-bytes';
import { aligns, mendLine } from '../aligning.ts';
import { countText } from '../text/figures.ts';
import { type Finding, findingsOf } from './finding.ts';

const { well, doubtful, wrong } = findingsOf('rasters');

/** A raster with longer edges needs overviews for pictures of all of it. */
const longestEdge = 4096;
/** More cells in a tile or strip are decoded for the smallest area within it. */
const mostTileCells = 2048 * 2048;

interface Look {
  /** Absent where it cannot be used. */
  readonly opened?: Raster;
  readonly findings: readonly Finding[];
}

/** Checks each raster of the catalog, and that those of one operation have the same cells. */
export async function checkRasters(catalog: Catalog): Promise<Finding[]> {
  const levels = openLevels(catalog);
  try {
    const looks = new Map<string, Look>();
    await Promise.all(
      Array.from(catalog.rasters.values(), async ({ name, url }) => {
        looks.set(name, await lookAt({ name, location: [url].flat()[0] as string }, levels));
      }),
    );
    const inOrder = Array.from(catalog.rasters.keys(), (name) => looks.get(name)?.findings ?? []);
    return [...inOrder.flat(), ...misaligned(catalog, looks)];
  } finally {
    await levels.close();
  }
}

interface Named {
  readonly name: string;
  /** Its first file. */
  readonly location: string;
}

async function lookAt({ name, location }: Named, levels: ReturnType<typeof openLevels>): Promise<Look> {
  try {
    return await levels.use(name, async (raster) => ({
      opened: { ...raster, ...(raster.levels[0] as RasterLevels['levels'][number]) },
      findings: aboutRaster({ name, location }, raster),
    }));
  } catch (error) {
    const found = `it cannot be used: ${sentenceOf(error)}`;
    return {
      findings: [wrong(name, found, { advice: 'see what its file says', command: `catchment catalog show ${name}` })],
    };
  }
}

function aboutRaster({ name, location }: Named, { levels }: RasterLevels): Finding[] {
  const [full] = levels;
  if (!full) return [];
  const { grid, tiling, sampleType } = full;
  const asCog = (advice: string) => ({ advice, command: gdalTranslateToCog(location) });
  const cells = tiling.width * tiling.height;
  const isLarge = Math.max(grid.width, grid.height) > longestEdge;
  const sizes = `${grid.width} × ${grid.height} cells of ${sampleType}`;
  const findings = [
    ...(cells > mostTileCells
      ? [
          doubtful(
            name,
            `its blocks have ${tiling.width} × ${tiling.height} cells: each area reads whole ones (${prettyBytes(cells)} and more)`,
            asCog('store it in tiles of 512 × 512 cells'),
          ),
        ]
      : tiling.across === 1 && isLarge
        ? [doubtful(name, `${sizes} in strips: each area reads whole rows`, asCog('store it in tiles'))]
        : []),
    ...(levels.length === 1 && isLarge
      ? [doubtful(name, `${sizes} without overviews: no picture can be drawn of all of it`, asCog('add overviews'))]
      : []),
  ];
  const areStrips = tiling.across === 1 && tiling.width === grid.width;
  const how = areStrips
    ? `in strips of ${countText(tiling.height, 'row')}`
    : `in tiles of ${tiling.width} × ${tiling.height}`;
  const overviews = countText(levels.length - 1, 'overview');
  return findings.length > 0 ? findings : [well(name, `${sizes}, ${how}, ${overviews}, ${grid.crs.name}`)];
}

/** The rasters of operations whose cells do not coincide with those of the first, each once. */
function misaligned(catalog: Catalog, looks: ReadonlyMap<string, Look>): Finding[] {
  const found = new Map<string, Finding>();
  for (const operation of catalog.operations.values()) {
    for (const choice of choicesOf(operation)) {
      const [first, ...others] = rastersOf(definitionOf(operation, choice)).flatMap((name) => {
        const opened = looks.get(name)?.opened;
        const url = catalog.rasters.get(name)?.url;
        return opened ? [{ name, opened, location: [url].flat()[0] as string }] : [];
      });
      for (const other of first ? others : []) {
        if (!first || found.has(other.name) || aligns(first.opened, other.opened)) continue;
        const crs = [first, other].map(({ opened }) => opened.grid.crs.name);
        const why =
          crs[0] === crs[1] ? 'its cells do not coincide with' : `its CRS is ${crs[1]}, not ${crs[0]}, that of`;
        found.set(
          other.name,
          wrong(other.name, `${why} ${first.name}, with which the operation ${operation.name} counts it`, {
            advice: 'make a file whose cells coincide, and name it in the catalog',
            command: mendLine(other, first.opened),
          }),
        );
      }
    }
  }
  return [...found.values()];
}

function sentenceOf(error: unknown): string {
  return error instanceof AggregateError
    ? error.errors.map(({ message }: Error) => message).join('; ')
    : (error as Error).message;
}
