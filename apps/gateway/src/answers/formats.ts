import Type from 'typebox';

/** A format in which a result can be shown. */
export interface Format {
  /** Its name in the query: `f=<name>`. */
  readonly name: string;
  readonly mediaType: string;
}

/** The result document itself. */
const json: Format = { name: 'json', mediaType: 'application/json' };

/** All formats; the first is the default. */
export const formats: readonly [Format, ...Format[]] = [json];

/** The member of a query that chooses a format, before the header `Accept`. */
export const formatQuery = {
  f: Type.Optional(
    Type.Enum(
      formats.map(({ name }) => name),
      { description: 'The format of the answer; default: as the header `Accept` says' },
    ),
  ),
};
