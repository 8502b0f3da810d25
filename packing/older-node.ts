/** Adds what Node 22 lacks, for the packed command: it is loaded before everything else. */
import 'core-js/stable/async-disposable-stack/index.js';
import 'core-js/stable/disposable-stack/index.js';
