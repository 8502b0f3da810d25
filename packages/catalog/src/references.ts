import { extname } from 'node:path';
import type { Fault } from './catalog-error.ts';
import { durationMilliseconds } from './duration.ts';
import type { DeepPartial } from './read-yaml.ts';
import type { CatalogFile } from './schema.ts';

/** What members of the file say of each other that is not so. */
export function referenceFaults({ rasters, operations = {}, areas = {} }: DeepPartial<CatalogFile>): Fault[] {
  return [
    ...(rasters === undefined ? [] : [...operationFaults(operations, Object.keys(rasters)), ...aliasFaults(rasters)]),
    ...Object.entries(areas).flatMap(([name, table]) => areaTableFaults(name, table ?? {})),
  ];
}

type Partly<Member extends keyof CatalogFile> = NonNullable<DeepPartial<CatalogFile>[Member]>;

function operationFaults(operations: Partly<'operations'>, rasters: readonly string[]): Fault[] {
  const expected = rasters.length === 0 ? 'there are none' : `expected one of ${rasters.join(', ')}`;
  return Object.entries(operations).flatMap(([name, operation]) => {
    const named = operation?.rasters ?? [];
    const rasterFaults = named.flatMap((raster, index) => {
      if (raster === undefined) return [];
      const member = `operations.${name}.rasters.${index}`;
      if (!rasters.includes(raster)) return { member, sentence: `no raster is called "${raster}"; ${expected}` };
      return named.indexOf(raster) < index ? { member, sentence: `"${raster}" is listed twice` } : [];
    });
    return [...rasterFaults, ...lifetimeFaults(name, operation ?? {})];
  });
}

function lifetimeFaults(name: string, { lifetime, hardLimit }: NonNullable<Partly<'operations'>[string]>): Fault[] {
  if (lifetime === undefined || hardLimit === undefined) return [];
  if (!(durationMilliseconds(hardLimit) < durationMilliseconds(lifetime))) return [];
  const sentence = `${hardLimit} is shorter than the lifetime ${lifetime}, expected at least as long`;
  return [{ member: `operations.${name}.hardLimit`, sentence }];
}

function aliasFaults(rasters: Partly<'rasters'>): Fault[] {
  const owners = new Map(Object.keys(rasters).map((name) => [name, name]));
  return Object.entries(rasters).flatMap(([name, raster]) =>
    (raster?.aliases ?? []).flatMap((alias, index) => {
      if (alias === undefined) return [];
      const owner = owners.get(alias);
      owners.set(alias, owner ?? name);
      const sentence = `"${alias}" is a name of raster ${owner} already`;
      return owner === undefined ? [] : { member: `rasters.${name}.aliases.${index}`, sentence };
    }),
  );
}

function areaTableFaults(name: string, { source, table }: NonNullable<Partly<'areas'>[string]>): Fault[] {
  const member = `areas.${name}`;
  const faults: Fault[] = [];
  if (name === 'drawn')
    faults.push({ member, sentence: '"drawn" means an area that a client drew; choose another name' });
  if (source === undefined) return faults;
  const extension = extname(source).toLowerCase();
  if (!['.gpkg', '.geojson', '.json'].includes(extension)) {
    const sentence = `expected a file that ends in .gpkg, .geojson or .json; got "${source}"`;
    return [...faults, { member: `${member}.source`, sentence }];
  }
  const isGeoPackage = extension === '.gpkg';
  if (isGeoPackage && table === undefined) {
    faults.push({ member, sentence: 'member "table" is missing; a GeoPackage has several tables' });
  }
  if (!isGeoPackage && table !== undefined) {
    faults.push({ member: `${member}.table`, sentence: `only a GeoPackage (.gpkg) has tables; ${source} is none` });
  }
  return faults;
}
