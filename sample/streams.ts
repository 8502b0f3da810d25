import type { Mesh } from './mesh.ts';
import type { Terrain } from './terrain.ts';

/** A stretch of stream from a head or a confluence down to the next confluence. */
export interface Stream {
  /** Strahler's: 1 for a stream without tributaries. */
  readonly order: number;
  /** The vertices in cells, rows downwards, in the direction of flow. */
  readonly line: readonly (readonly [number, number])[];
}

/** The streams of the largest basin: where at least `points` points drain through. */
export function streamsOf({ x, y }: Mesh, { order, receiver, upstream, outlet }: Terrain, points: number): Stream[] {
  const inBasin = new Uint8Array(receiver.length);
  for (const point of order) inBasin[point] = Number(point === outlet || inBasin[receiver[point]!] === 1);
  const isStream = (point: number) => upstream[point]! >= points && inBasin[point] === 1;
  const tributaries = new Map<number, number[]>();
  const orders = new Map<number, number>();
  for (const point of order.toReversed()) {
    if (!isStream(point)) continue;
    orders.set(point, strahler((tributaries.get(point) ?? []).map((one) => orders.get(one)!)));
    if (receiver[point] === point) continue;
    tributaries.set(receiver[point]!, [...(tributaries.get(receiver[point]!) ?? []), point]);
  }
  const streams: Stream[] = [];
  for (const [head, order] of orders) {
    if (tributaries.get(head)?.length === 1) continue;
    const line: [number, number][] = [[x[head]!, y[head]!]];
    for (let at = head; receiver[at] !== at; ) {
      at = receiver[at]!;
      line.push([x[at]!, y[at]!]);
      if (tributaries.get(at)!.length > 1) break;
    }
    if (line.length > 1) streams.push({ order, line });
  }
  return streams;
}

function strahler(orders: readonly number[]): number {
  const most = Math.max(0, ...orders);
  return orders.length === 0 ? 1 : most + Number(orders.filter((one) => one === most).length > 1);
}
