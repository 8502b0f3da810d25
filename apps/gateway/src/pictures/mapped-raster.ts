import {
  type Catalog,
  type CatalogOperation,
  type CatalogRaster,
  choicesOf,
  definitionOf,
  fillIn,
} from '@cellshed/catalog';
import type { MappedRaster } from '@cellshed/client';
import { rastersOf } from '@cellshed/contracts';
import { colorsOfClasses, type Look } from '@cellshed/pictures';
import { rasterDocument } from '../collections/raster-document.ts';
import { link } from '../http/links.ts';

/** Writes what a map has to know of a raster; `look` is absent where it cannot be read now. */
export function mappedRaster(
  raster: CatalogRaster,
  look: Look | undefined,
  { url, series }: { readonly url: string; readonly series: MappedRaster['series'] },
): MappedRaster {
  const document = rasterDocument(raster);
  const colors = colorsOfClasses(raster);
  const tiles = { ...link(`${url}/${encodeURIComponent(raster.name)}/tiles/{z}/{x}/{y}.png`, 'item', 'Pictures') };
  const { bbox, minzoom, maxzoom, cellArea, ramp } = look ?? {};
  return {
    ...document,
    ...(document.legend && { legend: document.legend.map((one, i) => ({ ...one, color: colors[i] as string })) }),
    ...(bbox && { bbox: [...bbox] }),
    ...(minzoom !== undefined && maxzoom !== undefined && { minzoom, maxzoom }),
    ...(cellArea !== undefined && { cellArea }),
    ...(ramp && !document.legend && { ramp: { ...ramp, colors: [...ramp.colors] } }),
    ...(series && { series }),
    tiles: { ...tiles, type: 'image/png', templated: true },
  };
}

/** The series that rasters are in, by their names: operations whose parameters name them. */
export function seriesOf({ operations }: Pick<Catalog, 'operations'>): ReadonlyMap<string, MappedRaster['series']> {
  const found = new Map<string, Map<string, NonNullable<MappedRaster['series']>[number]>>();
  for (const operation of operations.values())
    for (const [name, one] of membersOf(operation)) {
      const own = found.get(name) ?? new Map();
      found.set(name, own.set(JSON.stringify(one), one));
    }
  return new Map(Array.from(found, ([name, own]) => [name, [...own.values()]]));
}

function* membersOf(
  operation: CatalogOperation,
): Generator<[string, { template: string; parameters: Record<string, string> }]> {
  const templates = rastersOf(definitionOf(operation)).filter((name) => name.includes('{'));
  for (const choice of choicesOf(operation))
    for (const template of templates) {
      const own = Object.entries(choice).filter(([name]) => template.includes(`{${name}}`));
      yield [fillIn(template, choice), { template, parameters: Object.fromEntries(own) }];
    }
}
