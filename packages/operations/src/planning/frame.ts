import {
  areaText,
  countsOnLines,
  type Definition,
  lineSourceOf,
  onLines,
  rastersByRole,
  rastersOf,
} from '@cellshed/contracts';
import type { RasterStack } from '@cellshed/raster';
import type { Identified } from '../identify.ts';
import type { OpenByName } from '../known-operations.ts';
import type { ResultFrame } from '../result.ts';
import type { PlacedArea } from './place-area.ts';

/** Whether a cell lies within the smallest window around some rasters. */
export function onBoundsOf({ rasters }: RasterStack, indexes: readonly number[]) {
  const own = indexes.map((index) => rasters[index] as RasterStack['rasters'][number]);
  return ([column, row]: readonly [number, number]): boolean =>
    column >= Math.min(...own.map((one) => one.column)) &&
    column < Math.max(...own.map((one) => one.column + one.raster.grid.width)) &&
    row >= Math.min(...own.map((one) => one.row)) &&
    row < Math.max(...own.map((one) => one.row + one.raster.grid.height));
}

/** The facts that a frame is made of, beside its request. */
interface Framed {
  readonly open: OpenByName;
  readonly area: PlacedArea;
  readonly isOn: (cell: readonly [number, number]) => boolean;
}

/** The frame of a request's result: what is known of it before anything is counted. */
export function frameOf({ request, definition }: Identified, { area, isOn, open }: Framed): ResultFrame {
  const { cellArea, warnings, areaCells, firstVertex } = area;
  const isOnLines = countsOnLines(definition);
  const scales = scalesOf(definition, open);
  const known = {
    operation: request.operation,
    area: areaText(request.area),
    rasters: [...definition.rasters],
    ...rastersByRole(definition),
    ...(isOnLines && { lines: lineSourceOf(definition) ?? `drawn/${request.lines?.drawn}` }),
    coverage: isOnLines ? onLines : request.coverage,
    ...(cellArea !== undefined && { cellArea }),
    ...(scales.length > 0 && { scales }),
  };
  return { definition, coverage: request.coverage, known, warnings, areaCells, onRasters: isOn(firstVertex) };
}

/**
 * The scaling that each raster's file states, and whether it is applied; each raster once.
 */
function scalesOf(definition: Definition, open: OpenByName) {
  return [...new Set(rastersOf(definition))].flatMap((raster) => {
    const { scale, offset, isApplied } = open.get(raster)?.scaling ?? {};
    return scale === undefined ? [] : [{ raster, scale, offset, applied: isApplied }];
  });
}
