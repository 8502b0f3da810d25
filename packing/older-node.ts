/** Adds what Node 22 lacks, for the packed command: it is loaded before everything else. */
import { createRequire } from 'node:module';

if (!('AsyncDisposableStack' in globalThis)) {
  const load = createRequire(import.meta.url);
  load('core-js/stable/async-disposable-stack/index.js');
  load('core-js/stable/disposable-stack/index.js');
}
