// A process that starts a PostGIS, says where it is, and then either waits for its end (`hold`) or
// has nothing left to do.
import { startPostgis } from '../../src/index.ts';

const { url } = await startPostgis();
console.log(JSON.stringify({ url }));
if (process.argv[2] === 'hold') setInterval(() => undefined, 1_000_000);
