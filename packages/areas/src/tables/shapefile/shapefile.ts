import { hash } from 'node:crypto';
import { type Crs, crsFromText } from '@cellshed/crs';
import { fileVersion } from '../../file-version.ts';
import { lonLatOf } from '../../lon-lat.ts';
import { show } from '../../show.ts';
import type { AreaTable, AreaTableOptions } from '../../table.ts';
import { type Bytes, inOrder } from '../records/bytes.ts';
import type { RecordFile } from '../records/record-file.ts';
import { openRecordTable } from '../records/record-table.ts';
import { checkRead } from '../stored-polygons.ts';
import { readDbf } from './dbf.ts';
import { openParts, type Parts, partsBeside } from './parts.ts';
import { findShapes } from './shapes.ts';
import { openPartsInZip } from './zip.ts';

/**
 * The shapes of a shapefile as areas in the CRS of its .prj file. The files beside the .shp file
 * are found whatever the case of their endings. Without a .dbf file areas have no properties;
 * records that it says are deleted are left out.
 */
export function openShapefileTable(options: AreaTableOptions): Promise<AreaTable> {
  return openRecordTable(options, {
    open({ path, table }) {
      if (table !== undefined) throw new Error(`table is ${show(table)}, but a shapefile has no tables`);
      return recordsOf(openParts(path));
    },
    version: versionOfParts,
  });
}

/** The shapes of a shapefile in a ZIP archive; `table` is its name where there are several. */
export function openZippedShapefileTable(options: AreaTableOptions): Promise<AreaTable> {
  return openRecordTable(options, {
    open: async ({ path, table }) => recordsOf(await openPartsInZip(path, table)),
  });
}

/** The version of all files of a shapefile together. */
async function versionOfParts(path: string): Promise<string> {
  const versions = await Promise.all([path, ...Object.values(partsBeside(path))].map(fileVersion));
  return hash('sha256', versions.join()).slice(0, 32);
}

/** The records of a shapefile, which closes with them, or at once where it is none. */
export function recordsOf(parts: Parts): RecordFile {
  try {
    return shapefile(parts);
  } catch (error) {
    parts.close();
    throw error;
  }
}

function shapefile(parts: Parts): RecordFile {
  const { shp, shx, dbf, isUnchanged, close } = parts;
  const shapes = findShapes(shp, shx);
  const table = dbf && readDbf(dbf, parts.cpg ?? '');
  const crs = crsOf(parts.prj);
  const lonLat = lonLatOf(crs, { what: 'it', extent: shapes.extent });
  const fields = new Map(table?.fields.map((field) => [field.name, field]));
  const unknown = table?.unknownEncoding;
  const notes =
    unknown === undefined
      ? []
      : [
          `its .cpg file names the encoding ${show(unknown)}, which is not known: texts are taken as UTF-8 or Windows-1252`,
        ];

  const valuesIn = (record: Uint8Array | undefined, names: readonly string[]) =>
    names.map((name) => (record === undefined ? null : table?.valueOf(fields.get(name)!, record)));

  return {
    properties: [...fields.keys()],
    lonLat: { ...lonLat, notes: [...lonLat.notes, ...notes] },
    *scan(names) {
      const from = dbf && inOrder(dbf);
      for (let row = 0; row < shapes.count; row++) {
        const record = from && table?.record(from, row);
        if (record !== 'deleted') yield { row, values: valuesIn(record, names), bytes: shapes.bytesOf(row) };
      }
    },
    propertiesOf(row) {
      const record = table?.record(dbf as Bytes, row);
      const names = [...fields.keys()];
      const values = valuesIn(record === 'deleted' ? undefined : record, names);
      return Object.fromEntries(names.map((name, i) => [name, values[i]]));
    },
    geometryOf: (row) => checkRead((left) => shapes.polygonsOf(row, left), lonLat.crs),
    boxes: shapes.boxes,
    isUnchanged,
    close,
  };
}

function crsOf(prj: string | undefined): Crs | undefined {
  return prj === undefined || prj.trim() === '' ? undefined : crsFromText(prj);
}
