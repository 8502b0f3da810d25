import Type from 'typebox';

/** An object without other members. */
export const closed = { additionalProperties: false };

/** Text in a catalog. A schema's `expected` says in words what a catalog's reader expects. */
export const text = Type.String({ minLength: 1, expected: 'text (in quotes where it looks like a number)' });

/** A number, or null where there is none. */
export const numberOrNull = Type.Union([Type.Number(), Type.Null()]);

/** The sum of some values, rounded once; null: it is out of range. Absent in older results. */
export const valueSum = Type.Optional(numberOrNull);

/** A number of cells, those in part by their share. */
export const cellCount = Type.Number({ minimum: 0 });

/** Values of rasters, in their order; null is no data. */
export const Values = Type.Array(numberOrNull);
