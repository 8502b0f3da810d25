import { defaultLimits, fingerprintOf, openAreaTable, parseArea } from '@catchment/areas';
import { basins } from './fixtures.ts';

describe('the example in the README', () => {
  it('does what it says', async () => {
    expect(parseArea({ type: 'Point', coordinates: [-75, 40] }, defaultLimits)).toEqual({
      problem: 'type is Point, expected Polygon, MultiPolygon, Feature or FeatureCollection',
    });
    const table = await openAreaTable({
      name: 'huc6',
      path: basins.gpkg,
      table: 'albers',
      id: 'code',
      nameProperty: 'label',
    });
    const area = await table.get('020401');
    expect(area).toMatchObject({ id: '020401', name: 'Upper Basin', warnings: [] });
    expect(fingerprintOf(area?.polygons ?? [])).toMatch(/^[0-9a-f]{64}$/);
    await table.close();
  });
});
