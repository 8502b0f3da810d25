import { areaFileKind, areaSourceExpected, geoJsonEndings, isDatabase, isGeoJsonPath } from '@cellshed/areas';
import { inputNames, queryNames, type Refusal, rastersByRole, rastersOf } from '@cellshed/contracts';
import { withoutPassword } from '@cellshed/telling';
import { choicesOf, fillIn } from './definition.ts';
import { durationMilliseconds } from './duration.ts';
import type { CatalogOperation } from './entries.ts';
import type { DeepPartial } from './read-yaml.ts';
import type { CatalogFile } from './schema.ts';

/** Faults between members of the file: names that nothing has, names that two have. */
export function referenceFaults(file: DeepPartial<CatalogFile>): Refusal[] {
  const { rasters, operations = {}, areas = {}, lines = {} } = file;
  return [
    ...(rasters === undefined ? [] : aliasFaults(rasters)),
    ...Object.entries(operations).flatMap(([name, operation]) => operationFaults(name, operation ?? {}, file)),
    ...Object.entries(areas).flatMap(([name, table]) => areaTableFaults(name, table ?? {}, Object.keys(areas))),
    ...Object.entries(lines).flatMap(([name, lines]) => lineFaults(name, lines ?? {})),
  ];
}

type Partly<Member extends keyof CatalogFile> = NonNullable<DeepPartial<CatalogFile>[Member]>;
type PartlyOperation = NonNullable<Partly<'operations'>[string]>;

/** Names of processes that every service has. */
const reserved = ['multi'];

/** Each of them is checked, here and when rasters are opened. */
const mostChoices = 10_000;

function operationFaults(name: string, operation: PartlyOperation, file: DeepPartial<CatalogFile>): Refusal[] {
  const path = `operations.${name}`;
  const faults = [...parameterFaults(path, operation), ...lifetimeFaults(name, operation)];
  const choices = Object.values(operation.parameters ?? {}).reduce(
    (product, one) => product * (one?.values?.length ?? 1),
    1,
  );
  if (choices > mostChoices) {
    const problem = `its parameters have ${choices} combinations of values, expected at most ${mostChoices}`;
    return [...faults, { path: `${path}.parameters`, problem }];
  }
  if (reserved.includes(name))
    faults.push({ path, problem: `"${name}" is a process of Catchment's own; choose another name` });
  if (file.rasters !== undefined) faults.push(...rasterFaults(path, operation, Object.keys(file.rasters)));
  const { lines } = operation as { lines?: string };
  const sources = Object.keys(file.lines ?? {});
  if (lines !== undefined && !sources.includes(lines)) {
    const problem = `no line source is called "${lines}"; ${oneOf(sources)}`;
    faults.push({ path: `${path}.lines`, problem });
  }
  return faults;
}

function rasterFaults(path: string, operation: PartlyOperation, known: readonly string[]): Refusal[] {
  const { rasters = [] } = operation;
  const named = [
    ...rasters.map((raster, index) => [`rasters.${index}`, raster] as const),
    ...Object.entries(rastersByRole({ ...operation, rasters: [] })),
  ];
  const unknown = named.flatMap(([member, raster]): Refusal[] => {
    if (raster === undefined) return [];
    const names = Array.from(choicesOf(operation as Pick<CatalogOperation, 'parameters'>), (choice) =>
      fillIn(raster, choice),
    );
    const missing = names.find((one) => !known.includes(one));
    return missing === undefined
      ? []
      : [{ path: `${path}.${member}`, problem: `no raster is called "${missing}"; ${oneOf(known)}` }];
  });
  const twice = rasters.flatMap((raster, index): Refusal[] =>
    raster !== undefined && rasters.indexOf(raster) < index
      ? [{ path: `${path}.rasters.${index}`, problem: `"${raster}" is listed twice` }]
      : [],
  );
  return [...unknown, ...twice];
}

function parameterFaults(path: string, operation: PartlyOperation): Refusal[] {
  const text = rastersOf({ ...operation, rasters: operation.rasters?.map((raster) => raster ?? '') ?? [] }).join();
  return Object.entries(operation.parameters ?? {}).flatMap(([name, parameter]): Refusal[] => {
    const at = `${path}.parameters.${name}`;
    const { values = [], default: preset } = parameter ?? {};
    if (inputNames.includes(name))
      return [{ path: at, problem: `"${name}" is an input of every operation; choose another name` }];
    if (queryNames.some((one) => one === name))
      return [{ path: at, problem: `"${name}" has a meaning of its own in queries; choose another name` }];
    if (!text.includes(`{${name}}`))
      return [{ path: at, problem: `no raster of the operation has {${name}} in its name` }];
    if (preset === undefined || values.includes(preset)) return [];
    return [{ path: `${at}.default`, problem: `"${preset}" is none of its values; ${oneOf(values as string[])}` }];
  });
}

function oneOf(names: readonly string[]): string {
  return names.length === 0 ? 'there are none' : `expected one of ${names.join(', ')}`;
}

function lifetimeFaults(name: string, { lifetime, hardLimit }: PartlyOperation): Refusal[] {
  if (lifetime === undefined || hardLimit === undefined) return [];
  if (!(durationMilliseconds(hardLimit) < durationMilliseconds(lifetime))) return [];
  const problem = `${hardLimit} is shorter than the lifetime ${lifetime}, expected at least as long`;
  return [{ path: `operations.${name}.hardLimit`, problem }];
}

function aliasFaults(rasters: Partly<'rasters'>): Refusal[] {
  const owners = new Map(Object.keys(rasters).map((name) => [name, name]));
  return Object.entries(rasters).flatMap(([name, raster]) =>
    (raster?.aliases ?? []).flatMap((alias, index) => {
      if (alias === undefined) return [];
      const owner = owners.get(alias);
      owners.set(alias, owner ?? name);
      const problem = `"${alias}" is a name of raster ${owner} already`;
      return owner === undefined ? [] : { path: `rasters.${name}.aliases.${index}`, problem };
    }),
  );
}

function areaTableFaults(
  name: string,
  { source, table, geometry, within = {} }: NonNullable<Partly<'areas'>[string]>,
  tables: readonly string[],
): Refusal[] {
  const path = `areas.${name}`;
  const faults = Object.keys(within).flatMap((larger): Refusal[] =>
    tables.includes(larger)
      ? []
      : [{ path: `${path}.within.${larger}`, problem: `no area table is called "${larger}"; ${oneOf(tables)}` }],
  );
  if (name === 'drawn') faults.push({ path, problem: '"drawn" means an area that a client drew; choose another name' });
  if (geometry !== undefined && source !== undefined && !isDatabase(source)) {
    faults.push({ path: `${path}.geometry`, problem: 'only a table of a database has several geometries' });
  }
  if (source === undefined) return faults;
  if (isDatabase(source)) {
    if (table === undefined) faults.push({ path, problem: 'member "table" is missing; a database has several tables' });
    return faults;
  }
  const kind = areaFileKind(source);
  if (kind === undefined) {
    const problem = `${areaSourceExpected}; got "${withoutPassword(source)}"`;
    return [...faults, { path: `${path}.source`, problem }];
  }
  if (!kind.hasTables && table !== undefined) {
    const problem = `only a GeoPackage (.gpkg), a ZIP archive and a database have tables; ${source} is ${kind.name}`;
    faults.push({ path: `${path}.table`, problem });
  }
  return faults;
}

function lineFaults(name: string, { source }: NonNullable<Partly<'lines'>[string]>): Refusal[] {
  if (source === undefined || isGeoJsonPath(source)) return [];
  const problem = `expected a file that ends in ${geoJsonEndings.join(', ')}; got "${source}"`;
  return [{ path: `lines.${name}.source`, problem }];
}
