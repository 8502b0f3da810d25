// A process that starts a thread of the pool and prints the packages that the thread loads.
import { registerHooks } from 'node:module';
import { isMainThread, parentPort, Worker } from 'node:worker_threads';

if (isMainThread) {
  const [catalogPath] = process.argv.slice(2);
  const { loadCatalog } = await import('@cellshed/catalog');
  const settings = { catalogPath, catalog: await loadCatalog(catalogPath as string), recheckMilliseconds: 0 };
  const thread = new Worker(new URL(import.meta.url), { workerData: settings });
  thread.once('message', (packages) => console.log(JSON.stringify(packages)));
} else {
  const packages = new Set<string>();
  registerHooks({
    load: (url, context, nextLoad) => {
      const [, name] =
        /node_modules\/((?:@[^/]+\/)?[^/]+)\/(?!.*node_modules)/.exec(url) ?? /(packages\/[^/]+)\//.exec(url) ?? [];
      if (name !== undefined) packages.add(name);
      return nextLoad(url, context);
    },
  });
  await import('../src/thread.ts');
  parentPort?.postMessage([...packages].sort());
}
