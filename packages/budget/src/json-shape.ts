/** How a JSON text is built, as its brackets tell. */
export interface JsonShape {
  /** How many lists and objects lie in each other. */
  readonly levels: number;
  /** How many there are. */
  readonly lists: number;
}

const [quote, backslash, openList, closeList, openObject, closeObject] = [34, 92, 91, 93, 123, 125];

/**
 * Looks at the brackets of a JSON text, one step for each character, before anybody makes values of
 * it: those take ten times the memory of the text, and who walks through deep ones runs out of
 * stack. It goes on to the end of the text, or to where there are more than `most` says. Of text
 * that is no JSON it tells what a parser would meet, or more.
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

/** Where the string ends that begins there: at its quote, or with the text. */
function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end >= 0; end = text.indexOf('"', end + 1)) {
    let before = end;
    while (text.charCodeAt(before - 1) === backslash) before--;
    if ((end - before) % 2 === 0) return end;
  }
  return text.length;
}

/** Throws a sentence without a subject for JSON text that has more than `most`. */
export function refuseShape(text: string, most: JsonShape): void {
  const { levels, lists } = jsonShape(text, most);
  if (levels > most.levels) throw new Error(`is nested more than ${most.levels} levels deep, expected fewer`);
  if (lists > most.lists) throw new Error(`has more than ${most.lists} lists and objects, expected fewer`);
}
