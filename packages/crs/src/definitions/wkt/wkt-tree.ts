/** A keyword of WKT and the content of its brackets. */
export interface WktNode {
  /** The keyword in upper case. */
  readonly keyword: string;
  /** Quoted texts and bare words. */
  readonly texts: readonly string[];
  readonly numbers: readonly number[];
  readonly nodes: readonly WktNode[];
}

const token =
  /\s*(?:(?<keyword>[A-Za-z_]\w*)\s*[[(]|"(?<text>(?:[^"]|"")*)"|(?<number>[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)|(?<word>[A-Za-z_]\w*)|(?<comma>,)|(?<end>[\])]))/y;

const deepest = 32;

interface Growing {
  readonly keyword: string;
  readonly texts: string[];
  readonly numbers: number[];
  readonly nodes: Growing[];
}

/** Reads WKT of any dialect into a tree. Throws an Error that says where it cannot be read. */
export function readWkt(wkt: string): WktNode {
  const open: Growing[] = [];
  const read = new RegExp(token);
  while (true) {
    const at = read.lastIndex;
    const groups = read.exec(wkt)?.groups;
    const inside = open.at(-1);
    if (groups?.['keyword'] !== undefined && open.length < deepest) {
      const node: Growing = { keyword: groups['keyword'].toUpperCase(), texts: [], numbers: [], nodes: [] };
      inside?.nodes.push(node);
      open.push(node);
      continue;
    }
    if (inside === undefined || groups === undefined)
      throw new Error(`its WKT cannot be read from character ${at + 1} on`);
    if (groups['end'] !== undefined) {
      open.pop();
      if (open.length === 0) return inside;
    } else if (groups['text'] !== undefined) inside.texts.push(groups['text'].replaceAll('""', '"'));
    else if (groups['word'] !== undefined) inside.texts.push(groups['word']);
    else if (groups['number'] !== undefined) inside.numbers.push(Number(groups['number']));
  }
}

/** The first node within another with one of these keywords. */
export function nodeIn(node: WktNode | undefined, ...keywords: readonly string[]): WktNode | undefined {
  return node?.nodes.find(({ keyword }) => keywords.includes(keyword));
}

/** The code of a node that names its authority, such as `EPSG:5070`. */
export function codeOfNode(node: WktNode | undefined): `${string}:${string}` | undefined {
  const id = nodeIn(node, 'AUTHORITY', 'ID');
  const [authority, code = id?.numbers[0]] = id?.texts ?? [];
  return authority !== undefined && code !== undefined ? `${authority.toUpperCase()}:${code}` : undefined;
}
