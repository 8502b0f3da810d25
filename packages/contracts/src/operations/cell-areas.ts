import Type from 'typebox';
import { numberOrNull, valueSum } from '../schemas.ts';

/** The choice of the true areas of cells, of types whose results can have them. */
export const cellAreas = {
  title: 'Areas of cells',
  description: 'Whether the true areas of cells on the ellipsoid are summed, where they differ from row to row.',
  inCatalog: Type.Boolean({ expected: 'true or false' }),
  inRequest: Type.Boolean({ description: 'Those of all but joins with lines' }),
  hasOwnParts: true,
  adds: ['squareMetres', 'noDataSquareMetres', 'averageByArea', 'meanByArea'],
} as const;

/** The true area of the cells, where `cellAreas` was chosen and cells differ in size. */
export const squareMetres = Type.Optional(Type.Number({ minimum: 0 }));

/** The true areas of cells whose values are averaged, in the same case. */
export const dataAreas = {
  /** The area of the cells with data. */
  squareMetres,
  /** The area of those without. */
  noDataSquareMetres: squareMetres,
  /** The mean of the cells with data, each by its area; null: there are none. */
  averageByArea: Type.Optional(numberOrNull),
  /** The sum of value × area over them. */
  sumByArea: valueSum,
};
