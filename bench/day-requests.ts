import { boxRing } from '../test/box-ring.ts';

/** Asks a service as people do. */
export interface Asker {
  /** A question of somebody: most are about areas that many ask for. */
  ask(): Promise<void>;
  /** So many drawn areas at once, for whose answers nobody waits. */
  batch(count: number): Promise<void>;
  /** Has all subwatersheds warmed. */
  warm(operation: string): Promise<void>;
  /** The questions so far. */
  asked(): number;
}

const operations = ['landcover_soil', 'landcover', 'slope', 'mean_elevation'];
/** The parts of questions that are about a drawn area, and that are about a well-known one. */
const drawnPart = 0.2;
/** The side of a drawn area, in degrees. */
const side = 0.05;

interface Feature {
  readonly id: string;
  readonly bbox: readonly [number, number, number, number];
}

export async function openAsker(url: string, token: string): Promise<Asker> {
  const random = seeded(1);
  const response = await fetch(`${url}/api/collections/huc12/items?limit=1000`);
  const { features } = (await response.json()) as { readonly features: readonly Feature[] };
  let asked = 0;
  // The square of a chance: few areas are asked for by many.
  const someArea = () => features[Math.floor(features.length * random() ** 2)] as Feature;
  const someOperation = () => operations[Math.floor(operations.length * random() ** 2)] as string;
  const drawn = () => {
    const [west, south] = someArea().bbox;
    const [x, y] = [west + side * random(), south + side * random()];
    return { type: 'Polygon', coordinates: [boxRing(x, y, x + side, y + side)] };
  };
  const send = async (path: string, body: object, headers: Readonly<Record<string, string>> = {}) => {
    asked += 1;
    const sent = { method: 'POST', headers: { 'content-type': 'application/json', ...headers } };
    // The metrics have what is refused, or is not answered.
    await fetch(url + path, { ...sent, body: JSON.stringify(body) })
      .then((answer) => answer.arrayBuffer())
      .catch(() => undefined);
  };
  const execute = (area: unknown, headers?: Readonly<Record<string, string>>) =>
    send(`/api/processes/${someOperation()}/execution`, { inputs: { area } }, headers);
  return {
    asked: () => asked,
    ask: async () => {
      if (random() < drawnPart) return execute(drawn(), { prefer: 'wait=5' });
      if (random() < 0.5) return execute(`huc12/${someArea().id}`, { prefer: 'wait=5' });
      asked += 1;
      await fetch(`${url}/api/areas/huc12/${someArea().id}/${someOperation()}`)
        .then((answer) => answer.arrayBuffer())
        .catch(() => undefined);
    },
    batch: async (count) => void (await Promise.all(Array.from({ length: count }, () => execute(drawn())))),
    warm: (operation) =>
      send('/admin/warm', { table: 'huc12', operations: [operation] }, { authorization: `Bearer ${token}` }),
  };
}

/** Numbers from 0 to 1, the same each time (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
