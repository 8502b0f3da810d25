import { plainName } from '../codes.ts';
import { idle, methods, type Role, type Roles, roles } from '../methods.ts';
import { angleOf, degree, geographicParts, rounded } from './geographic-node.ts';
import { nodeIn, type WktNode } from './wkt-tree.ts';

/** The PROJ words of the projection of a node over a geographic CRS. */
export function projectionText(node: WktNode, base: WktNode): string {
  const conversion = nodeIn(node, 'CONVERSION') ?? node;
  const methodName = nodeIn(conversion, 'METHOD', 'PROJECTION')?.texts[0] ?? '';
  const method = plainName(methodName);
  const write = methods[method];
  if (write === undefined)
    throw new Error(`its projection (${methodName}) is not one that Catchment can read from WKT`);
  const metres = metresOf(node);
  const found = rolesOf(conversion, { metres, degrees: angleOf(base) });
  const { a } = geographicParts(base);
  const axis = axisOf(node, method, conversion);
  return `${write(found, a)}${axis}${metres === 1 ? '' : ` +to_meter=${metres}`}`;
}

/** Metres in the unit of a projected CRS. */
function metresOf(node: WktNode): number {
  const unit = nodeIn(node, 'LENGTHUNIT', 'UNIT') ?? nodeIn(nodeIn(node, 'AXIS'), 'LENGTHUNIT', 'UNIT');
  return unit?.numbers[0] ?? 1;
}

interface Units {
  readonly metres: number;
  readonly degrees: number;
}

function rolesOf(conversion: WktNode, units: Units): Roles {
  const found: Partial<Record<Role, number>> = {};
  for (const parameter of conversion.nodes) {
    if (parameter.keyword !== 'PARAMETER') continue;
    const [name = ''] = parameter.texts;
    const [value = Number.NaN] = parameter.numbers;
    const plain = plainName(name);
    const role = roles[plain];
    if (role !== undefined) found[role] = inUnit(parameter, role, value, units);
    else if (!idle[plain]?.includes(value))
      throw new Error(`its projection has ${name} = ${value}, which is not understood`);
  }
  return found;
}

const lengths: readonly Role[] = ['x0', 'y0', 'height'];

function inUnit(parameter: WktNode, role: Role, value: number, { metres, degrees }: Units): number {
  const ownUnit = nodeIn(parameter, 'ANGLEUNIT', 'LENGTHUNIT', 'SCALEUNIT', 'UNIT')?.numbers[0];
  if (role === 'k') return value * (ownUnit ?? 1);
  if (lengths.includes(role)) return value * (ownUnit ?? metres);
  return rounded(value * (ownUnit === undefined ? degrees : ownUnit / degree));
}

/**
 * The PROJ word for axes other than east and north. East and north may come in either order, as in
 * PROJ's traditional order for GIS. Axes in the same direction are those of a pole.
 */
function axisOf(node: WktNode, method: string, conversion: WktNode): string {
  if (method === 'transversemercatorsouthorientated') return '';
  const axes = node.nodes.filter(({ keyword }) => keyword === 'AXIS');
  const directions = axes.slice(0, 2).map(({ texts }) => texts[1]?.toLowerCase()[0] ?? '');
  if (directions.length < 2) return method === 'krovak' && isKrovakOfEsri(conversion) ? ' +axis=swu' : '';
  const [first, second] = directions;
  if (first === second || directions.includes('e') || directions.includes('o')) return '';
  return ` +axis=${first}${second}u`;
}

/**
 * Whether ESRI's WKT keeps the axes of Krovak, south and west. It turns and mirrors them by
 * parameters.
 */
function isKrovakOfEsri(conversion: WktNode): boolean {
  return conversion.nodes.some(
    ({ keyword, texts, numbers }) =>
      keyword === 'PARAMETER' && plainName(texts[0] ?? '') === 'xyplanerotation' && numbers[0] === 0,
  );
}
