import { parentPort } from 'node:worker_threads';
import type { Answer, Asked } from './decode-crew.ts';
import { decodeTile } from './tile-decoder.ts';

/** What runs in each helper: it decodes tiles as they come. */
const tell = (answer: Answer, handedOver: ArrayBuffer[] = []) => parentPort?.postMessage(answer, handedOver);

const answer = async ({ stored, rows, format }: Asked) => {
  try {
    const samples = await decodeTile(stored, rows, format);
    tell({ samples }, [samples.buffer as ArrayBuffer]);
  } catch (error) {
    tell({ error: error as Error });
  }
};

// Answers leave in the order in which they were asked for, also where a decoder takes several
// turns.
let turn = Promise.resolve();
parentPort?.on('message', (asked: Asked) => {
  turn = turn.then(() => answer(asked));
});
tell('ready');
