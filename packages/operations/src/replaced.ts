import type { Request } from '@cellshed/contracts';
import { operationText } from './request.ts';

/**
 * Thrown when a raster, an area table or lines are not as they were when a request was identified:
 * what is counted of them now would be no answer to it.
 */
export class Replaced extends Error {
  static of(request: Request, how?: string): Replaced {
    const what = `a raster, the area table or the lines of operation ${operationText(request)} were replaced`;
    return new Replaced(how === undefined ? what : `${what}: ${how}`);
  }
}
