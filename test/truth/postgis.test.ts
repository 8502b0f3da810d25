import { describePostgisLevels } from '../postgis-suite.ts';
import { truthFile } from './files.ts';

const path = (level: string) => truthFile(`data/drb/drb_${level}.geojson`);

/** The tables of Model My Watershed, each in another CRS here. */
describePostgisLevels(
  'the real areas of the Delaware,',
  [
    { level: 'huc08', path: path('huc08'), areas: 17, srid: 4326, stored: 'g' },
    { level: 'huc10', path: path('huc10'), areas: 110, srid: 5070, stored: 'ST_Transform(g, 5070)' },
    { level: 'huc12', path: path('huc12'), areas: 481, srid: 4269, stored: 'ST_SetSRID(g, 4269)' },
  ],
  [
    [-75.2, 39.9, -75.1, 40],
    [-75.5, 41.5, -74.5, 42.5],
    [-74.9, 38, -60, 39],
    [-180, -90, 180, 90],
    [-70, 40, -69, 41],
    [170, 39, -75.7, 41],
  ],
);
