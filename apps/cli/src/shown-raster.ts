import { type CatalogRaster, openCatalogRaster } from '@cellshed/catalog';
import { cellArea, type Facts, type FactValue, type Raster, type SourceFacts, sourceFacts } from '@cellshed/raster';

/** The facts that are shown of a raster of the catalog, as plain JSON. */
export interface ShownRaster {
  readonly name: string;
  readonly title?: string;
  readonly url: string | readonly string[];
  /** The facts that the catalog states in place of the file. */
  readonly catalog: Facts;
  /** The facts that the file states; a sentence if it cannot be read. */
  readonly file: SourceFacts | { readonly problem: string };
  /** The facts that Catchment counts with; a sentence if it cannot. */
  readonly understood: Facts | { readonly problem: string };
}

/**
 * Looks at a raster as its file is now, and opens it as a worker would. Never throws. The raster is
 * closed; its grid may be looked at.
 */
export async function showRaster(
  raster: CatalogRaster,
): Promise<{ readonly shown: ShownRaster; readonly opened: Raster | undefined }> {
  const { name, title, url } = raster;
  const [file, opened] = await Promise.all([saying(sourceFacts(raster)), saying(openClosed(raster))]);
  const understood = 'problem' in opened ? opened : understoodFacts(opened);
  const shown = { name, ...(title !== undefined && { title }), url, catalog: ownFacts(raster), file, understood };
  return { shown, opened: 'problem' in opened ? undefined : opened };
}

async function openClosed(raster: CatalogRaster): Promise<Raster> {
  const opened = await openCatalogRaster(raster);
  await opened.close();
  return opened;
}

async function saying<T>(asked: Promise<T>): Promise<T | { readonly problem: string }> {
  try {
    return await asked;
  } catch (error) {
    return { problem: error instanceof AggregateError ? textOfAll(error) : (error as Error).message };
  }
}

function textOfAll({ message, errors }: AggregateError): string {
  return message || errors.map((error: Error) => error.message).join('; ');
}

/** The members of the catalog that change how the file is read. */
const changing = ['crs', 'nodata', 'mask', 'band', 'scaled', 'sidecars', 'version'] as const;

function ownFacts(raster: CatalogRaster): Facts {
  const members = raster as unknown as Readonly<Record<string, FactValue | undefined>>;
  return present(Object.fromEntries(changing.map((name) => [name, members[name]])));
}

/** The facts that are told of an open raster. New facts are added here. */
function understoodFacts(raster: Raster): Facts {
  const { grid, sampleType, valueType, nodata, scaling, tiling, version, isRemote } = raster;
  const { crs, originX, originY, cellWidth, cellHeight, width, height } = grid;
  return present({
    crs: crs.name,
    crsDefinition: crs.definition === crs.name ? undefined : crs.definition,
    origin: [originX, originY],
    cellSize: [cellWidth, cellHeight],
    cellArea: cellArea(grid),
    size: [width, height],
    extent: [originX, originY - height * cellHeight, originX + width * cellWidth, originY],
    samples: valueType ?? sampleType,
    // The value stands for cells that a mask hides, or that none of several files has.
    nodata: valueType !== undefined && valueType !== sampleType ? 'hidden cells' : (nodata ?? 'none'),
    values:
      scaling && `${scaling.isApplied ? 'in units' : 'as stored; in units'}: × ${scaling.scale}, + ${scaling.offset}`,
    tiles: [tiling.width, tiling.height],
    version,
    place: isRemote ? 'on a server' : 'on this machine',
  });
}

function present(facts: Readonly<Record<string, FactValue | undefined>>): Facts {
  return Object.fromEntries(
    Object.entries(facts).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}
