import { parentPort } from 'node:worker_threads';
import type { Answer, Asked } from './decode-crew.ts';
import { decodeTile } from './tile-decoder.ts';

/** What runs in each helper: it decodes tiles as they come. */
const tell = (answer: Answer, handedOver: ArrayBuffer[] = []) => parentPort?.postMessage(answer, handedOver);

parentPort?.on('message', ({ stored, rows, format }: Asked) => {
  try {
    const samples = decodeTile(stored, rows, format);
    tell({ samples }, [samples.buffer as ArrayBuffer]);
  } catch (error) {
    tell({ error: error as Error });
  }
});
tell('ready');
