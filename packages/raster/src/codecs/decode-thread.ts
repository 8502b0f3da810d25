import { parentPort } from 'node:worker_threads';
import type { Answer, Asked } from './decode-crew.ts';
import { decodeTile } from './tile-decoder.ts';

/** This file runs in each helper thread. It decodes tiles in the order of the requests. */
const tell = (answer: Answer, handedOver: ArrayBuffer[] = []) => parentPort?.postMessage(answer, handedOver);

const answer = async ({ stored, rows, format }: Asked) => {
  try {
    const samples = await decodeTile(stored, rows, format);
    tell({ samples }, [samples.buffer as ArrayBuffer]);
  } catch (error) {
    tell({ error: error as Error });
  }
};

// Answers keep the order of the requests, even if a decoder is asynchronous.
let turn = Promise.resolve();
parentPort?.on('message', (asked: Asked) => {
  turn = turn.then(() => answer(asked));
});
tell('ready');
