import { ProblemError } from './problem-error.ts';

/** Counts the vertices of all areas and lines of one request. */
export interface VertexCount {
  /**
   * Adds those of rings or lines. Throws a ProblemError (400) that names the member when the
   * request has too many.
   */
  add(positions: readonly (readonly unknown[])[], member: string): void;
}

export function vertexCount(limit: number): VertexCount {
  let vertices = 0;
  return {
    add(positions, member) {
      for (const one of positions) vertices += one.length;
      if (vertices <= limit) return;
      throw new ProblemError(
        400,
        `${member}: the areas and lines of the request, up to this one, have ${vertices} vertices, at most ${limit} are allowed in all`,
      );
    },
  };
}
