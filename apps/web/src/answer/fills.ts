/** How a class is drawn: its colour, with a pattern where another class has a colour like it. */
export interface Fill {
  readonly color: string;
  /** 0: none. */
  readonly pattern: number;
}

/** The least contrast of what is to be seen against what is behind it, by WCAG 2 (1.4.11). */
const leastContrast = 3;
/** The distance in OKLab below which two fields of colour look alike. */
const alike = 0.05;

/** The fills of the classes of a legend, in their order: no two of them look alike. */
export function fillsOf(colors: readonly string[]): readonly Fill[] {
  const fills: Fill[] = [];
  for (const color of colors) {
    const taken = fills.filter((one) => difference(one.color, color) < alike).map(({ pattern }) => pattern);
    let pattern = 0;
    while (taken.includes(pattern)) pattern++;
    fills.push({ color, pattern });
  }
  return fills;
}

/** Whether a colour needs an outline on paper of another colour. */
export function isWeak(color: string, paper: string): boolean {
  return contrast(color, paper) < leastContrast;
}

/** The contrast of two colours by WCAG 2: from 1 to 21. */
export function contrast(a: string, b: string): number {
  const [light, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

/** The distance of two colours in OKLab: 0 for the same, 1 between black and white. */
export function difference(a: string, b: string): number {
  const [one, other] = [oklab(a), oklab(b)];
  return Math.hypot(...one.map((part, i) => part - (other[i] as number)));
}

function luminance(color: string): number {
  const [red, green, blue] = linear(color);
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** OKLab of linear sRGB, by Björn Ottosson (2020). */
function oklab(color: string): readonly [number, number, number] {
  const [r, g, b] = linear(color);
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ];
}

/** The linear parts of a colour `#rrggbb`, from 0 to 1. */
function linear(color: string): readonly [number, number, number] {
  const parts = [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16) / 255);
  return parts.map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)) as never;
}
