import { openGeoParquetTable } from '../../../src/tables/parquet/geoparquet.ts';
import { describeAreaTable, expectFoundByBox } from '../../area-table-suite.ts';
import { basinsFile } from '../../fixtures.ts';

for (const layer of ['wgs84', 'nad83_z', 'albers', 'feet', 'unnamed_crs']) {
  describeAreaTable(`an area table over the GeoParquet file ${layer}`, (given) =>
    openGeoParquetTable({
      name: 'basins',
      path: basinsFile(`${layer}.parquet`),
      id: 'code',
      nameProperty: 'label',
      ...given,
    }),
  );
}

it.each(['wgs84', 'nad83_z'])('finds each area of the GeoParquet file %s by its own box', (layer) =>
  expectFoundByBox(openGeoParquetTable({ name: 'basins', path: basinsFile(`${layer}.parquet`), id: 'code' })),
);
