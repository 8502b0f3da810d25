/** A segment. At height y its column is x1 + (y - y1) (x2 - x1) / (y2 - y1). */
export type Segment = readonly [x1: number, y1: number, x2: number, y2: number];
