import { areaSourceExpected, geoJsonEndings, isDatabase, isGeoJsonPath, isGeoPackagePath } from '@catchment/areas';
import { withoutPassword } from '@catchment/telling';
import type { CatalogOperation } from './catalog.ts';
import type { Fault } from './catalog-error.ts';
import { choicesOf, fillIn } from './definition.ts';
import { durationMilliseconds } from './duration.ts';
import type { DeepPartial } from './read-yaml.ts';
import type { CatalogFile } from './schema.ts';

/** What members of the file say of each other that is not so. */
export function referenceFaults(file: DeepPartial<CatalogFile>): Fault[] {
  const { rasters, operations = {}, areas = {}, lines = {} } = file;
  return [
    ...(rasters === undefined ? [] : aliasFaults(rasters)),
    ...Object.entries(operations).flatMap(([name, operation]) => operationFaults(name, operation ?? {}, file)),
    ...Object.entries(areas).flatMap(([name, table]) => areaTableFaults(name, table ?? {})),
    ...Object.entries(lines).flatMap(([name, lines]) => lineFaults(name, lines ?? {})),
  ];
}

type Partly<Member extends keyof CatalogFile> = NonNullable<DeepPartial<CatalogFile>[Member]>;
type PartlyOperation = NonNullable<Partly<'operations'>[string]>;

/** The rasters that operations of one type or another name. */
interface NamedRasters {
  readonly rasters?: readonly (string | undefined)[];
  readonly target?: string;
  readonly weights?: string;
}

/** Names that the service gives to processes of its own. */
const reserved = ['multi', 'echo'];

/** Each of them is checked, here and when rasters are opened. */
const mostChoices = 10_000;

function operationFaults(name: string, operation: PartlyOperation, file: DeepPartial<CatalogFile>): Fault[] {
  const member = `operations.${name}`;
  const faults = [...parameterFaults(member, operation), ...lifetimeFaults(name, operation)];
  const choices = Object.values(operation.parameters ?? {}).reduce(
    (product, one) => product * (one?.values?.length ?? 1),
    1,
  );
  if (choices > mostChoices) {
    const sentence = `its parameters have ${choices} combinations of values, expected at most ${mostChoices}`;
    return [...faults, { member: `${member}.parameters`, sentence }];
  }
  if (reserved.includes(name))
    faults.push({ member, sentence: `"${name}" is a process of Catchment's own; choose another name` });
  if (file.rasters !== undefined) faults.push(...rasterFaults(member, operation, Object.keys(file.rasters)));
  const { lines } = operation as { lines?: string };
  const sources = Object.keys(file.lines ?? {});
  if (lines !== undefined && !sources.includes(lines)) {
    const sentence = `no line source is called "${lines}"; ${oneOf(sources)}`;
    faults.push({ member: `${member}.lines`, sentence });
  }
  return faults;
}

function rasterFaults(member: string, operation: PartlyOperation, known: readonly string[]): Fault[] {
  const {
    rasters = [],
    target,
    weights,
  } = operation as { rasters?: (string | undefined)[]; target?: string; weights?: string };
  const named = [
    ...rasters.map((raster, index) => [`rasters.${index}`, raster] as const),
    ['target', target] as const,
    ['weights', weights] as const,
  ];
  const unknown = named.flatMap(([place, raster]): Fault[] => {
    if (raster === undefined) return [];
    const names = Array.from(choicesOf(operation as Pick<CatalogOperation, 'parameters'>), (choice) =>
      fillIn(raster, choice),
    );
    const missing = names.find((one) => !known.includes(one));
    return missing === undefined
      ? []
      : [{ member: `${member}.${place}`, sentence: `no raster is called "${missing}"; ${oneOf(known)}` }];
  });
  const twice = rasters.flatMap((raster, index): Fault[] =>
    raster !== undefined && rasters.indexOf(raster) < index
      ? [{ member: `${member}.rasters.${index}`, sentence: `"${raster}" is listed twice` }]
      : [],
  );
  return [...unknown, ...twice];
}

/** Names of an execution's own inputs. */
const inputs = ['area', 'areas', 'coverage', 'crs', 'rasters', 'lines', 'quantiles', 'operations'];

function parameterFaults(member: string, operation: PartlyOperation): Fault[] {
  const { rasters = [], target = '', weights = '' } = operation as NamedRasters;
  const text = [...rasters, target, weights].join();
  return Object.entries(operation.parameters ?? {}).flatMap(([name, parameter]): Fault[] => {
    const place = `${member}.parameters.${name}`;
    const { values = [], default: preset } = parameter ?? {};
    if (inputs.includes(name))
      return [{ member: place, sentence: `"${name}" is an input of every operation; choose another name` }];
    if (!text.includes(`{${name}}`))
      return [{ member: place, sentence: `no raster of the operation has {${name}} in its name` }];
    if (preset === undefined || values.includes(preset)) return [];
    return [
      { member: `${place}.default`, sentence: `"${preset}" is none of its values; ${oneOf(values as string[])}` },
    ];
  });
}

function oneOf(names: readonly string[]): string {
  return names.length === 0 ? 'there are none' : `expected one of ${names.join(', ')}`;
}

function lifetimeFaults(name: string, { lifetime, hardLimit }: PartlyOperation): Fault[] {
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

function areaTableFaults(name: string, { source, table, geometry }: NonNullable<Partly<'areas'>[string]>): Fault[] {
  const member = `areas.${name}`;
  const faults: Fault[] = [];
  if (name === 'drawn')
    faults.push({ member, sentence: '"drawn" means an area that a client drew; choose another name' });
  if (geometry !== undefined && source !== undefined && !isDatabase(source)) {
    faults.push({ member: `${member}.geometry`, sentence: 'only a table of a database has several geometries' });
  }
  if (source === undefined) return faults;
  if (isDatabase(source)) {
    if (table === undefined)
      faults.push({ member, sentence: 'member "table" is missing; a database has several tables' });
    return faults;
  }
  const isGeoPackage = isGeoPackagePath(source);
  if (!isGeoPackage && !isGeoJsonPath(source)) {
    const sentence = `${areaSourceExpected}; got "${withoutPassword(source)}"`;
    return [...faults, { member: `${member}.source`, sentence }];
  }
  if (!isGeoPackage && table !== undefined) {
    faults.push({ member: `${member}.table`, sentence: `only a GeoPackage (.gpkg) has tables; ${source} is none` });
  }
  return faults;
}

function lineFaults(name: string, { source }: NonNullable<Partly<'lines'>[string]>): Fault[] {
  if (source === undefined || isGeoJsonPath(source)) return [];
  const sentence = `expected a file that ends in ${geoJsonEndings.join(', ')}; got "${source}"`;
  return [{ member: `lines.${name}.source`, sentence }];
}
