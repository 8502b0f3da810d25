import { openFlatGeobufTable } from '../../../src/tables/flatgeobuf/flatgeobuf.ts';
import { describeAreaTable, expectFoundByBox } from '../../area-table-suite.ts';
import { basinsFile } from '../../fixtures.ts';

for (const layer of ['wgs84', 'nad83_z', 'albers', 'utm_zm', 'unnamed_crs']) {
  describeAreaTable(`an area table over the FlatGeobuf ${layer}`, (given) =>
    openFlatGeobufTable({
      name: 'basins',
      path: basinsFile(`${layer}.fgb`),
      id: 'code',
      nameProperty: 'label',
      ...given,
    }),
  );
}

it.each(['wgs84', 'wgs84-indexed', 'nad83_z'])('finds each area of the FlatGeobuf %s by its own box', (layer) =>
  expectFoundByBox(openFlatGeobufTable({ name: 'basins', path: basinsFile(`${layer}.fgb`), id: 'code' })),
);
