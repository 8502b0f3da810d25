import { basename } from 'node:path';
import {
  type Area,
  type AreaSourceKind,
  type NamedCrs,
  openAreaTable,
  shownPolygons,
  UnusableAreaError,
  type WellKnownArea,
} from '@cellshed/areas';
import { isRefusal } from '@cellshed/contracts';
import { countText } from '../text/figures.ts';
import type { AskedArea, AskedAreas } from './asked-areas.ts';

export interface FileAreasHow {
  readonly kind: AreaSourceKind;
  /** Whether every area of the file is one for itself. */
  readonly each: boolean;
  readonly crs?: NamedCrs | undefined;
  /** The layer of a file that has several. */
  readonly layer?: string | undefined;
}

/**
 * Reads the areas of a file that is not GeoJSON: each for itself, or all as one. They keep the CRS
 * and the digits of the file where they are counted here.
 */
export async function readFileAreas(path: string, { kind, each, crs, layer }: FileAreasHow): Promise<AskedAreas> {
  if (crs) throw new Error(`--crs is that of GeoJSON, but ${path} is ${kind.name}, which has a CRS of its own`);
  const { areas, leftOut, notes } = await allAreas(path, { kind, layer });
  const [first] = areas;
  if (first === undefined) throw new Error(`${path}: no feature has a polygon (${leftOut[0] ?? 'it has none'})`);
  const told = [
    ...notes.map((note) => `${path}: ${note}`),
    ...(leftOut.length === 0 ? [] : [leftOutText(path, leftOut)]),
  ];
  if (each)
    return {
      areas: areas.map((area, i) => asked(`${path}, feature ${area.id}`, area, { feature: i, ...namesOf(area) })),
      notes: told,
    };
  const union =
    areas.length === 1
      ? []
      : [`${path}: its ${areas.length} features are counted as one area; --each counts each for itself`];
  const polygons = areas.flatMap((area) => area.polygons);
  return {
    areas: [asked(path, { ...first, polygons, warnings: areas.flatMap(({ warnings }) => warnings) })],
    notes: [...told, ...union],
  };
}

async function allAreas(path: string, { kind, layer }: Pick<FileAreasHow, 'kind' | 'layer'>) {
  const name = basename(path);
  const table = await openAreaTable({ name, path, id: kind.usualId, table: layer }).catch((cause: Error) => {
    throw new Error(inOwnWords(cause.message, name), { cause });
  });
  const areas: WellKnownArea[] = [];
  const leftOut: string[] = [];
  try {
    const ids: string[] = [];
    for await (const id of table.ids()) ids.push(id);
    for (const id of ids.toSorted((a, b) => Number(a) - Number(b))) {
      try {
        areas.push((await table.get(id)) as WellKnownArea);
      } catch (error) {
        if (!(error instanceof UnusableAreaError)) throw error;
        leftOut.push(error.message.replace(`area table ${name}: area`, 'feature'));
      }
    }
    return { areas, leftOut, notes: table.notes };
  } finally {
    await table.close();
  }
}

function inOwnWords(message: string, name: string): string {
  return message.replace(`area table ${name}: `, '').replace(': table is missing, ', ': --layer is missing, ');
}

function leftOutText(path: string, leftOut: readonly string[]): string {
  return `${path}: ${countText(leftOut.length, 'feature')} without polygons left out (${leftOut[0]})`;
}

function asked(name: string, stored: Area, feature?: AskedArea['feature']): AskedArea {
  const shown = shownPolygons(stored);
  if (isRefusal(shown)) throw new Error(`${name}: ${shown.problem}`);
  const area = { type: 'MultiPolygon', coordinates: shown.polygons };
  return { name, area, stored, ...(feature && { feature }) };
}

function namesOf({ id, properties }: WellKnownArea) {
  const valueOf = (wanted: string) => Object.entries(properties).find(([name]) => name.toLowerCase() === wanted)?.[1];
  const [own, name] = [valueOf('id'), valueOf('name')];
  return {
    id: typeof own === 'string' || typeof own === 'number' ? own : id,
    ...(typeof name === 'string' && name !== '' && { name }),
  };
}
