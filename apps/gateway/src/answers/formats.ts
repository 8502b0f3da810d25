import { rowKinds, tableFormats } from '@cellshed/tables';
import Type from 'typebox';

/** A format in which results are shown. */
export interface Format {
  /** Its name in the query, `f=<name>`, and the ending of files. */
  readonly name: FormatName;
  readonly mediaType: string;
  /** Whether the bytes are text, in UTF-8. */
  readonly isText: boolean;
  /** Whether the areas are shown with their polygons. */
  readonly hasGeometry: boolean;
}

/** The formats that are made of the result documents, with what the catalog says of them. */
export type ShownAs = 'labelled' | keyof typeof tableFormats;
export type FormatName = 'json' | ShownAs;

/** The result documents themselves. */
const json = { name: 'json', mediaType: 'application/json', isText: true, hasGeometry: false } as const;

const tables = Object.entries(tableFormats).map(([name, { mediaType, isText, hasGeometry }]): Format => {
  return { name: name as FormatName, mediaType, isText, hasGeometry };
});

/**
 * All formats. `Accept` chooses the first of its media type: the labelled documents have none of
 * their own.
 */
export const formats: readonly [Format, ...Format[]] = [json, { ...json, name: 'labelled' }, ...tables];

/** The media types of all formats. */
export const mediaTypes = [...new Set(formats.map(({ mediaType }) => mediaType))] as [string, ...string[]];

/** Whether a format is a table, a row for each area and group. */
export function isTable({ name }: Format): boolean {
  return Object.hasOwn(tableFormats, name);
}

/** The member of a query that chooses what the rows of a table are. */
export const rowsQuery = {
  rows: Type.Optional(
    Type.Enum(rowKinds, {
      description:
        'Of a change, classes: a row for each class with its gains and losses, in place of each pair of values',
    }),
  ),
};

/** The members of a query that choose a format, before the header `Accept`, and rows. */
export const formatQuery = {
  ...rowsQuery,
  f: Type.Optional(
    Type.Enum(
      formats.map(({ name }) => name),
      {
        description:
          'json: as it is stored; labelled: with labels, square metres, units and sources; csv, parquet, geojson: a row for each area and group. Default: as the header `Accept` says',
      },
    ),
  ),
};

/** The content of a response in any of the formats, for OpenAPI. */
export const formatContent = Object.fromEntries(
  formats.map(({ mediaType, isText }) => [
    mediaType,
    { schema: /json$/.test(mediaType) ? Type.Any() : Type.String(isText ? {} : { format: 'binary' }) },
  ]),
);
