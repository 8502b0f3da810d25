// Preloaded by tests: at the end of a process it says which packages were loaded.
import { writeSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { isMainThread } from 'node:worker_threads';

const packages = new Set();
registerHooks({
  load: (url, context, nextLoad) => {
    const [, name] = /node_modules\/((?:@[^/]+\/)?[^/]+)\/(?!.*node_modules)/.exec(url) ?? [];
    if (name !== undefined) packages.add(name);
    return nextLoad(url, context);
  },
});
if (isMainThread) process.on('exit', () => writeSync(2, `${JSON.stringify([...packages])}\n`));
