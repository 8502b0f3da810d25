/** The shape of a JSON text, from its brackets. */
export interface JsonShape {
  /** The most lists and objects within each other. */
  readonly levels: number;
  /** The number of lists and objects. */
  readonly lists: number;
}

const [quote, backslash, openList, closeList, openObject, closeObject] = [34, 92, 91, 93, 123, 125];

/**
 * The shape of a JSON text, one step for each character, before it is parsed. Parsed values take
 * ten times the memory of the text, and a walk through deep values overflows the stack. The search
 * ends with the text, or where a number exceeds `most`. For text that is no JSON, the numbers are
 * those that a parser would find, or more.
 */
export function jsonShape(text: string, most: JsonShape): JsonShape {
  let [level, levels, lists] = [0, 0, 0];
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === quote) i = endOfString(text, i);
    else if (code === openList || code === openObject) {
      lists++;
      levels = Math.max(levels, ++level);
      if (levels > most.levels || lists > most.lists) break;
    } else if (code === closeList || code === closeObject) level--;
  }
  return { levels, lists };
}

/** The end of the string that begins there: its quote, or the end of the text. */
function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end >= 0; end = text.indexOf('"', end + 1)) {
    let before = end;
    while (text.charCodeAt(before - 1) === backslash) before--;
    if ((end - before) % 2 === 0) return end;
  }
  return text.length;
}

/** Throws a sentence without a subject for JSON text that exceeds `most`. */
export function refuseShape(text: string, most: JsonShape): void {
  const { levels, lists } = jsonShape(text, most);
  if (levels > most.levels) throw new Error(`is nested more than ${most.levels} levels deep, expected fewer`);
  if (lists > most.lists) throw new Error(`has more than ${most.lists} lists and objects, expected fewer`);
}
