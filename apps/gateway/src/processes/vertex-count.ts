import { refused } from '../problems/problem-error.ts';

/** Counts the vertices of all areas and lines of one request. */
export interface VertexCount {
  /**
   * Adds the vertices of rings or lines. Throws a ProblemError (400) that names the path when the
   * request has too many.
   */
  add(positions: readonly (readonly unknown[])[], path: string): void;
}

export function vertexCount(limit: number): VertexCount {
  let vertices = 0;
  return {
    add(positions, path) {
      for (const one of positions) vertices += one.length;
      if (vertices <= limit) return;
      const what = 'the areas and lines of the request, up to this one,';
      throw refused({ path, problem: `${what} have ${vertices} vertices, at most ${limit} are allowed in all` });
    },
  };
}
