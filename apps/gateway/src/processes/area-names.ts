import { featuresApart } from '@cellshed/areas';

/** The id and the name that a client has given to an area that it has drawn. */
export interface AreaName {
  readonly id?: string;
  readonly name?: string;
}

/** The names of the areas of a request, for whoever shows its results. */
export interface AreaNames {
  /** The number of results of each area, which come one after the other. */
  readonly each: number;
  /** A name for each area, in the order of the request; null: it has none. */
  readonly areas: readonly (AreaName | null)[];
}

/**
 * The name of the feature as which an area came: its `id`, else its property `id`, and its property
 * `name` or `title`. Undefined: it has none of these, or is no single feature. Only numbers are
 * taken, and texts of up to 200 characters without control characters.
 */
export function nameOfFeature(area: unknown): AreaName | undefined {
  const feature = singleFeature(area);
  if (!feature) return undefined;
  const properties = isObject(feature.properties) ? feature.properties : {};
  const id = textOf(feature.id) ?? textOf(properties.id);
  const name = textOf(properties.name) ?? textOf(properties.title);
  if (id === undefined && name === undefined) return undefined;
  return { ...(id !== undefined && { id }), ...(name !== undefined && { name }) };
}

function singleFeature(area: unknown): Readonly<Record<string, unknown>> | undefined {
  if (!isObject(area)) return undefined;
  if (area.type === 'Feature') return area;
  const [first, ...others] = area.type === 'FeatureCollection' ? featuresApart({ ...area, crs: null }) : [];
  return others.length === 0 && isObject(first) ? first : undefined;
}

const mostCharacters = 200;

function textOf(value: unknown): string | undefined {
  if (typeof value === 'number') return String(value);
  if (typeof value !== 'string' || value === '' || value.length > mostCharacters) return undefined;
  return /\p{Cc}/u.test(value) ? undefined : value.toWellFormed();
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
