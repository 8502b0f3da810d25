import { UnknownShiftError } from '../usable.ts';
import { degree, geographic } from './geographic-node.ts';
import { nodeIn, type WktNode } from './wkt-tree.ts';

/** The shift in the WKT itself. */
export function shiftGiven(node: WktNode, transformation: WktNode | undefined): string | undefined {
  const base = geographic.includes(node.keyword) ? node : nodeIn(node, ...geographic);
  const { numbers } = nodeIn(nodeIn(base, 'DATUM'), 'TOWGS84') ?? {};
  if (numbers && (numbers.length === 3 || numbers.length === 7)) return numbers.join(',');
  if (transformation === undefined) return undefined;
  const method = nodeIn(transformation, 'METHOD')?.texts[0] ?? '';
  const values = transformation.nodes.filter(({ keyword }) => keyword === 'PARAMETER').map(ofTransformation);
  if (/geocentric translations/i.test(method) && values.length === 3) return values.join(',');
  if (values.length !== 7 || !/(position vector|coordinate frame)/i.test(method)) throw new UnknownShiftError();
  const sign = /coordinate frame/i.test(method) ? -1 : 1;
  return values.map((value, index) => (index >= 3 && index < 6 ? sign * value : value)).join(',');
}

const second = degree / 3600;

/** A parameter in metres, seconds of arc or millionths. */
function ofTransformation(parameter: WktNode): number {
  const [value = Number.NaN] = parameter.numbers;
  const angle = nodeIn(parameter, 'ANGLEUNIT')?.numbers[0];
  const factor = nodeIn(parameter, 'SCALEUNIT')?.numbers[0];
  if (angle !== undefined) return (value * angle) / second;
  // The scale of a bound CRS is a factor near 1 where its unit is 1.
  return factor === 1 ? (value - 1) * 1e6 : factor === undefined ? value : value * factor * 1e6;
}
