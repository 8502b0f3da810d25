import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeStatisticsFigures } from '../statistics-suite.ts';
import { truthFile } from './files.ts';

describeStatisticsFigures(
  'statistics of real rasters',
  JSON.parse(readFileSync(join(import.meta.dirname, 'fixtures/statistics.json'), 'utf8')),
  { pathOf: (raster) => truthFile(`data/${raster}`) },
);
