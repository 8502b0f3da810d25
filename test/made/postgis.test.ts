import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describePostgisLevels } from '../postgis-suite.ts';
import { writeCountry } from './write.ts';

const folder = mkdtempSync(join(tmpdir(), 'catchment-made-'));
writeCountry(folder, []);
afterAll(() => rmSync(folder, { recursive: true }));

const [small, large] = ['small', 'large'].map((name) => ({ path: join(folder, `${name}.geojson`), property: 'id' }));

/** The tables of Model My Watershed, each in another CRS here. */
describePostgisLevels(
  'made areas,',
  [
    { ...large!, level: 'huc08', areas: 4, srid: 4326, stored: 'g' },
    { ...small!, level: 'huc10', areas: 24, srid: 5070, stored: 'ST_Transform(g, 5070)' },
    { ...small!, level: 'huc12', areas: 24, srid: 4269, stored: 'ST_SetSRID(g, 4269)' },
  ],
  [
    [-76.12, 41.11, -76.1, 41.12],
    [-76.19, 41.1, -76.0, 41.2],
    [-75.95, 38, -60, 41.1],
    [-180, -90, 180, 90],
    [-70, 40, -69, 41],
    [170, 41.1, -76.15, 41.2],
  ],
);
