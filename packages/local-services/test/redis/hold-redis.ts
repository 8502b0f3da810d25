// A process that starts a Redis, says where it is, and then either waits for its end (`hold`) or
// has nothing left to do.
import { startRedis } from '../../src/index.ts';

const { url } = await startRedis();
console.log(JSON.stringify({ url }));
if (process.argv[2] === 'hold') setInterval(() => undefined, 1_000_000);
