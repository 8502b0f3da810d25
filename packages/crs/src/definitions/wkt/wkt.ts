import type { Crs } from '../../crs.ts';
import { crsOfCode, geographicDefinition, isKnownCode, projectedDefinition } from '../codes.ts';
import { usable } from '../usable.ts';
import { geographic, lineOf } from './geographic-node.ts';
import { projectionText } from './projection-node.ts';
import { shiftGiven } from './shift-node.ts';
import { codeOfNode, nodeIn, readWkt, type WktNode } from './wkt-tree.ts';

const projected = ['PROJCS', 'PROJCRS', 'PROJECTEDCRS'];
const compound = ['COMPD_CS', 'COMPOUNDCRS'];
const bound = ['BOUNDCRS', 'SOURCECRS'];
const engineering = ['LOCAL_CS', 'ENGCRS', 'ENGINEERINGCRS'];

/**
 * The CRS of WKT of any dialect (WKT 1 as GDAL and OGC write it, ESRI's, WKT 2): by the code at its
 * end where that is known, else by its parameters. A compound CRS counts by its horizontal part.
 * Throws a reason why there is none.
 */
export function crsOfWkt(wkt: string): Crs {
  const { node, transformation } = horizontal(readWkt(wkt));
  const code = codeOfNode(node);
  const given = shiftGiven(node, transformation);
  if (code === undefined || !isKnownCode(code)) return crsOfNode(node, given);
  try {
    return crsOfCode(code);
  } catch (reason) {
    if (given === undefined) throw reason;
    return { ...crsOfNode(node, given), name: code };
  }
}

/** Whether WKT describes no CRS on Earth: an engineering CRS, or one that is called undefined. */
export function isUndefinedWkt(wkt: string): boolean {
  try {
    const { keyword, texts } = readWkt(wkt);
    return engineering.includes(keyword) || /^undefined/i.test(texts[0] ?? '');
  } catch {
    return false;
  }
}

/** The name at the beginning of WKT. */
export function nameOfWkt(wkt: string): string | undefined {
  return /^\s*[A-Za-z_]\w*\s*[[(]\s*"([^"]*)"/.exec(wkt)?.[1];
}

interface Horizontal {
  readonly node: WktNode;
  /** The shift to WGS 84 of a bound CRS. */
  readonly transformation?: WktNode | undefined;
}

function horizontal(node: WktNode): Horizontal {
  if ([...projected, ...geographic].includes(node.keyword)) return { node };
  if ([...compound, ...bound].includes(node.keyword)) {
    const inner = nodeIn(node, ...projected, ...geographic, ...compound, ...bound);
    if (inner === undefined) throw new Error(`its WKT has no projected or geographic CRS within ${node.keyword}`);
    const found = horizontal(inner);
    return { transformation: nodeIn(node, 'ABRIDGEDTRANSFORMATION'), ...found };
  }
  const kind = engineering.includes(node.keyword) ? 'an engineering CRS, which is nowhere on Earth' : node.keyword;
  throw new Error(`it is ${kind}, expected a projected or geographic CRS`);
}

function crsOfNode(node: WktNode, given: string | undefined): Crs {
  const name = codeOfNode(node) ?? nameOf(node);
  const extension = nodeIn(node, 'EXTENSION');
  if (extension?.texts[0] === 'PROJ4' && extension.texts[1] !== undefined) {
    return named(extension.texts[1].replace(/ ?\+nadgrids=@null/, ''), name);
  }
  if (geographic.includes(node.keyword)) return named(geographicDefinition(lineOf(node, given)), name);
  const base = nodeIn(node, ...geographic);
  if (base === undefined) throw new Error(`its WKT has no geographic CRS within ${node.keyword}`);
  const line = lineOf(base, given);
  return named(projectedDefinition(projectionText(node, base), line), name);
}

function named(definition: string, name = definition): Crs {
  return usable({ name, definition });
}

/** The name of a CRS in WKT, if it has one. */
function nameOf({ texts }: WktNode): string | undefined {
  return texts[0] === undefined || /^(unknown|unnamed|undefined)?$/i.test(texts[0]) ? undefined : texts[0];
}
