import type { Polygon, Position, Ring } from '../../area.ts';

/** The types of the parts of a multipatch. */
const types = { strip: 0, fan: 1, outer: 2, inner: 3, first: 4, ring: 5 } as const;

/**
 * The polygons of a multipatch, seen from above: triangles of strips and fans, and rings. An inner
 * ring, and a ring after a first one, belongs to the polygon before it.
 */
export function polygonsOfPatches(parts: readonly (readonly Position[])[], typesOfParts: readonly number[]): Polygon[] {
  const polygons: Ring[][] = [];
  for (const [i, part] of parts.entries()) {
    const type = typesOfParts[i];
    if (type === types.strip || type === types.fan) for (const one of triangles(part, type)) polygons.push([one]);
    else if ((type === types.inner || type === types.ring) && polygons.length > 0) polygons.at(-1)?.push(part);
    else polygons.push([part]);
  }
  return polygons;
}

function triangles(part: readonly Position[], type: number): Ring[] {
  return Array.from({ length: Math.max(0, part.length - 2) }, (_, i) => {
    const corners = [part[type === types.fan ? 0 : i], part[i + 1], part[i + 2], part[type === types.fan ? 0 : i]];
    return corners as readonly Position[];
  });
}
