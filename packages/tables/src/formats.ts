import type { Column, TableRow } from './columns.ts';
import { csvBytes } from './csv.ts';
import { geoJsonBytes } from './geojson.ts';
import type { Source } from './sources.ts';

/** A table that is written: its rows are taken one by one. */
export interface TableToWrite {
  readonly columns: readonly Column[];
  readonly rows: AsyncIterable<TableRow>;
  /** The rasters of the answers, for formats that have room for them. */
  readonly sources?: readonly Source[] | undefined;
}

/** A form in which a table is sent or stored. */
export interface TableFormat {
  /** The media type, without parameters. */
  readonly mediaType: string;
  /** Whether the bytes are text, in UTF-8. */
  readonly isText: boolean;
  /** Whether rows need the polygons of their areas. */
  readonly hasGeometry: boolean;
  /** The table in pieces, as its rows come. */
  bytes(table: TableToWrite): AsyncIterable<Uint8Array>;
}

/** The formats by their short names, which are also the endings of files. */
export const tableFormats = {
  csv: {
    mediaType: 'text/csv',
    isText: true,
    hasGeometry: false,
    bytes: ({ columns, rows }) => csvBytes(columns, rows),
  },
  parquet: {
    mediaType: 'application/vnd.apache.parquet',
    isText: false,
    hasGeometry: false,
    bytes: async function* ({ columns, rows, sources = [] }) {
      // Other formats do not need the library.
      const { parquetBytes } = await import('./parquet.ts');
      yield* parquetBytes(columns, rows, { sources: JSON.stringify(sources) });
    },
  },
  geojson: {
    mediaType: 'application/geo+json',
    isText: true,
    hasGeometry: true,
    bytes: ({ columns, rows, sources }) => geoJsonBytes(columns, rows, { ...(sources && { sources }) }),
  },
} as const satisfies Record<string, TableFormat>;

export type TableFormatName = keyof typeof tableFormats;
