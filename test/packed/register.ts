/** Has the process that imports this module, and its threads, load packed files. */
import { existsSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { pathToFileURL } from 'node:url';
import { packedFiles, packedFolder } from './packed.ts';

if (existsSync(packedFolder)) {
  const urls = new Map([...packedFiles].map(([name, file]) => [name, pathToFileURL(file).href]));
  registerHooks({
    resolve: (specifier, context, next) => {
      const url = urls.get(specifier);
      return url ? { url, shortCircuit: true } : next(specifier, context);
    },
  });
}
