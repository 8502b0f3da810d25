import type { Unit } from '../asked.ts';
import type { Shared } from './compared.ts';
import type { FillOf } from './document.ts';
import { type Fill, isWeak } from './fills.ts';
import { paintOf, patternOf, side } from './patterns.ts';

export interface PlotOptions {
  readonly unit: Unit;
  readonly unitTitle: string;
  readonly fillOf: FillOf;
  /** The colour behind the chart. */
  readonly paper: string;
  /** The order and scale that charts beside each other share. */
  readonly shared?: Shared | undefined;
  readonly width: number;
}

export const [rowHeight, noColor] = [22, '#8a8f98'];

const [mostLetters, fontSize] = [34, 12];

/** Names that are too long for any place are cut. */
export function short(label: string): string {
  return label.length > mostLetters ? `${label.slice(0, mostLetters - 1)}…` : label;
}

export const common = {
  style: { background: 'transparent', fontSize: `${fontSize}px`, fontFamily: 'inherit', overflow: 'visible' },
};

const pen = document.createElement('canvas').getContext('2d');

/** The room that texts take in a chart. */
export function roomFor(texts: readonly string[]): number {
  if (!pen) return 0;
  pen.font = `${fontSize}px ${getComputedStyle(document.body).fontFamily}`;
  return Math.ceil(Math.max(0, ...texts.map((text) => pen.measureText(text).width)));
}

/** The axis of figures: its title has a line of its own below the ticks. */
export function figureAxis(width: number) {
  const place = { labelAnchor: 'center', labelArrow: 'none', labelOffset: 38 } as const;
  return { ...place, grid: true, nice: true, ticks: width < narrow ? 3 : 5 };
}
const narrow = 400;
export const axisHeight = 46;

/** The axis of classes: their names, without ticks. */
export function classAxis(labels: readonly string[]) {
  return {
    margins: { marginLeft: roomFor(labels) + 8, marginBottom: axisHeight },
    y: { label: null, domain: labels, tickSize: 0, tickPadding: 6 },
  };
}

/** The scale of colours that are what they say. */
export const ownColors = { type: 'identity' } as const;

/** The members of a row by which it is painted. */
export interface Painted {
  readonly paint: string;
  readonly outline: string;
  readonly fill: Fill;
}

/** The paint of a class; a colour that is too weak on the paper has an outline. */
export function painted(fill: Fill = { color: noColor, pattern: 0 }, paper: string): Painted {
  return { fill, paint: paintOf(fill), outline: isWeak(fill.color, paper) ? 'currentColor' : 'none' };
}

/** A mark that defines the patterns of rows. */
export function patternsOf(rows: readonly Painted[]) {
  return () => patternDefinitions(rows.map(({ fill }) => fill));
}

const svg = 'http://www.w3.org/2000/svg';

/** The definitions of the patterns among fills, for a chart. */
function patternDefinitions(fills: readonly Fill[]): SVGDefsElement {
  const definitions = document.createElementNS(svg, 'defs');
  const patterned = new Map(fills.filter(({ pattern }) => pattern > 0).map((fill) => [paintOf(fill), fill]));
  for (const fill of patterned.values()) {
    const { id, path, size } = patternOf(fill);
    const pattern = element('pattern', {
      ...{ id, patternUnits: 'userSpaceOnUse', width: size, height: size },
      viewBox: `0 0 ${side} ${side}`,
    });
    pattern.append(
      element('rect', { width: side, height: side, fill: fill.color }),
      element('path', { d: path, stroke: 'currentColor', 'stroke-width': 1, 'stroke-opacity': 0.7 }),
    );
    definitions.append(pattern);
  }
  return definitions;
}

function element(name: string, attributes: Readonly<Record<string, string | number>>): SVGElement {
  const made = document.createElementNS(svg, name);
  for (const [attribute, value] of Object.entries(attributes)) made.setAttribute(attribute, String(value));
  return made;
}
