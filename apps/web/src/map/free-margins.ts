/** The pixels at each side of a map that what is shown leaves free. */
export interface Margins {
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
  readonly left: number;
}

interface Size {
  readonly width: number;
  readonly height: number;
}

const around = 40;

/**
 * The margins on a map of a size with tools at its top and a panel in its lower right corner: the
 * panel takes the side at which more of the map is left.
 */
export function freeMargins(map: Size, panel: Size, top: number): Margins {
  const [besideIt, aboveIt] = [(map.width - panel.width) * map.height, (map.height - panel.height) * map.width];
  const isBeside = besideIt > aboveIt;
  const margins = {
    ...{ top: around + top, left: around },
    right: around + (isBeside ? panel.width : 0),
    bottom: around + (isBeside ? 0 : panel.height),
  };
  // On a small map, all of it is better than a corner of it.
  const isTight =
    map.width - margins.left - margins.right < map.width / 3 ||
    map.height - margins.top - margins.bottom < map.height / 3;
  return isTight ? { top: around, right: around, bottom: around, left: around } : margins;
}
