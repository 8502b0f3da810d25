import type { GeographicLine } from '../codes.ts';
import { type GeographicParts, shiftsOf } from '../datum.ts';
import { codeOfNode, nodeIn, type WktNode } from './wkt-tree.ts';

/** The keywords of a geographic CRS. */
export const geographic = [
  'GEOGCS',
  'GEOGCRS',
  'GEOGRAPHICCRS',
  'GEODCRS',
  'GEODETICCRS',
  'BASEGEOGCRS',
  'BASEGEODCRS',
];

/** The geographic CRS of a node, in the form of the tables. */
export function lineOf(node: WktNode, given: string | undefined): GeographicLine {
  const parts = geographicParts(node);
  const { a, inverseFlattening, meridian, degrees } = parts;
  const text = [
    inverseFlattening === 0 ? `+R=${a}` : `+a=${a} +rf=${inverseFlattening}`,
    Math.abs(meridian) > 1e-12 && `+pm=${meridian}`,
    Math.abs(degrees - 1) > 1e-9 && `+degrees=${degrees}`,
  ];
  return { name: parts.name, text: text.filter(Boolean).join(' '), shifts: given ?? shiftsOf(parts) };
}

/** Radians in a degree. */
export const degree = Math.PI / 180;

/** The parts of the geographic CRS of a node. */
export function geographicParts(node: WktNode): GeographicParts {
  const datum = nodeIn(node, 'DATUM', 'GEODETICDATUM', 'TRF', 'ENSEMBLE');
  const ellipsoid = nodeIn(datum, 'SPHEROID', 'ELLIPSOID');
  const [size, inverseFlattening] = ellipsoid?.numbers ?? [];
  if (size === undefined || inverseFlattening === undefined) throw new Error('its WKT gives no ellipsoid');
  const a = size * (nodeIn(ellipsoid, 'LENGTHUNIT')?.numbers[0] ?? 1);
  const unit = angleOf(node);
  return {
    name: node.texts[0] ?? '',
    code: codeOfNode(node),
    datumName: datum?.texts[0] ?? '',
    datumCode: codeOfNode(datum),
    a,
    inverseFlattening,
    meridian: meridianOf(nodeIn(node, 'PRIMEM', 'PRIMEMERIDIAN'), node, unit),
    degrees: unit,
  };
}

/** Degrees in the unit of a geographic CRS. */
export function angleOf(node: WktNode): number {
  const cs = nodeIn(node, 'ANGLEUNIT', 'UNIT') ?? nodeIn(nodeIn(node, 'AXIS'), 'ANGLEUNIT', 'UNIT');
  const [factor = degree] = cs?.numbers ?? [];
  return rounded(factor / degree);
}

/**
 * The prime meridian. WKT 1 gives it in degrees, whatever the unit; WKT 2 in the unit beside it, or
 * in that of the CRS.
 */
function meridianOf(meridian: WktNode | undefined, { keyword }: WktNode, unit: number): number {
  const [value = 0] = meridian?.numbers ?? [];
  const ownUnit = nodeIn(meridian, 'ANGLEUNIT', 'UNIT')?.numbers[0];
  if (keyword === 'GEOGCS') return rounded(value);
  return rounded(value * (ownUnit === undefined ? unit : ownUnit / degree));
}

/** A number without the last of fifteen digits of a unit. */
export function rounded(degrees: number): number {
  return Number(degrees.toPrecision(13));
}
