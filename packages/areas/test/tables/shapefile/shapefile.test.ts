import { openShapefileTable, openZippedShapefileTable } from '../../../src/tables/shapefile/shapefile.ts';
import { describeAreaTable, expectFoundByBox } from '../../area-table-suite.ts';
import { basinsFile } from '../../fixtures.ts';

const parts = { name: 'basins', id: 'code', nameProperty: 'label' };

for (const layer of ['wgs84', 'nad83_z', 'albers', 'utm_zm', 'web', 'unnamed_crs']) {
  describeAreaTable(
    `an area table over the shapefile ${layer}`,
    (given) => openShapefileTable({ ...parts, path: basinsFile(`${layer}.shp`), ...given }),
    undefined,
    'rewound',
  );
}

for (const layer of ['albers', 'web']) {
  describeAreaTable(
    `an area table over the zipped shapefile ${layer}`,
    (given) => openZippedShapefileTable({ ...parts, path: basinsFile('basins.zip'), table: layer, ...given }),
    undefined,
    'rewound',
  );
}

it.each(['wgs84', 'nad83_z'])('finds each area of the shapefile %s by its own box', (layer) =>
  expectFoundByBox(openShapefileTable({ ...parts, path: basinsFile(`${layer}.shp`) })),
);
