import type { CatalogRaster } from '@cellshed/catalog';

/** A colour: red, green, blue and opacity, each up to 255. */
type Colour = readonly [red: number, green: number, blue: number, alpha: number];

/** The colours of a picture, and the index of that of each value; NaN is no data. */
export interface Colours {
  readonly palette: readonly Colour[];
  readonly indexOf: (value: number) => number;
}

/** The values between which colours go from the first to the last, evenly. */
export interface Ramp {
  readonly least: number;
  readonly most: number;
  readonly colors: readonly string[];
}

const transparent: Colour = [0, 0, 0, 0];

/** The colour of values that a legend leaves out. */
const unknownColor = '#808080';

/** The colours of classes for which a legend names none, in their order: Okabe and Ito's. */
const classColors = ['#e69f00', '#56b4e9', '#009e73', '#f0e442', '#0072b2', '#d55e00', '#cc79a7', '#999999'];

/** The colours of values without a legend: points of viridis. */
export const rampColors = ['#440154', '#443983', '#31688e', '#21918c', '#35b779', '#90d743', '#fde725'];

/** The most colours of a palette beside those of no data and of values that are not known. */
const mostColours = 254;

/** The colours of a raster: those of its legend, else those of a ramp. */
export function coloursOf({ legend }: Pick<CatalogRaster, 'legend'>, ramp: Ramp | undefined): Colours {
  return ramp && legend.size === 0 ? rampColours(ramp) : classColours(legend);
}

/** A colour of each class, which a page can show beside the picture. */
export function colorsOfClasses({ legend }: Pick<CatalogRaster, 'legend'>): readonly string[] {
  return Array.from(legend.values(), ({ color }, i) => color ?? (classColors[i % classColors.length] as string));
}

function classColours(legend: CatalogRaster['legend']): Colours {
  const colors = colorsOfClasses({ legend }).slice(0, mostColours);
  const indexes = new Map([...legend.keys()].slice(0, mostColours).map((value, i) => [value, i + 2]));
  return {
    palette: [transparent, colourOf(unknownColor), ...colors.map(colourOf)],
    indexOf: (value) => (Number.isNaN(value) ? 0 : (indexes.get(value) ?? 1)),
  };
}

function rampColours({ least, most, colors }: Ramp): Colours {
  const stops = colors.map(colourOf);
  const steps = mostColours - 1;
  const palette = Array.from({ length: mostColours }, (_, i) => between(stops, (i / steps) * (stops.length - 1)));
  const indexOf = (value: number) => {
    if (Number.isNaN(value)) return 0;
    const share = most > least ? (value - least) / (most - least) : 0.5;
    return 1 + Math.round(steps * Math.min(1, Math.max(0, share)));
  };
  return { palette: [transparent, ...palette], indexOf };
}

/** The colour at a place between stops, which are 1 apart. */
function between(stops: readonly Colour[], place: number): Colour {
  const before = Math.min(Math.floor(place), stops.length - 2);
  const [from, to] = [stops[before] as Colour, stops[before + 1] as Colour];
  const at = (i: 0 | 1 | 2) => Math.round(from[i] + (to[i] - from[i]) * (place - before));
  return [at(0), at(1), at(2), 255];
}

function colourOf(color: string): Colour {
  const number = Number.parseInt(color.slice(1), 16);
  return [number >> 16, (number >> 8) & 255, number & 255, 255];
}
