import { defaultLimits, fingerprintOf, openAreaTable, parseArea } from '@cellshed/areas';
import { basins } from './fixtures.ts';

describe('the example in the README', () => {
  it('does what it says', async () => {
    expect(parseArea({ type: 'Point', coordinates: [-75, 40] }, defaultLimits)).toEqual({
      problem: 'type is Point, expected Polygon, MultiPolygon, Feature or FeatureCollection',
      isEmpty: true,
    });
    const table = await openAreaTable({
      name: 'huc6',
      path: basins.gpkg,
      table: 'albers',
      id: 'code',
      nameProperty: 'label',
    });
    const area = await table.get('020401');
    if (!area) throw new Error('there is no such area');
    expect(area).toMatchObject({ id: '020401', name: 'Upper Basin', crs: { name: 'EPSG:5070' }, warnings: [] });
    expect(fingerprintOf(area)).toMatch(/^[0-9a-f]{64}$/);
    await table.close();
  });
});
