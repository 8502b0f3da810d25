/** A name as SQL writes it. */
export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/**
 * SQL for the box, in another CRS, of everything in the box `g`. It is 1 % wider, because edges
 * bend between the points along them. `ext` is the schema of PostGIS.
 */
export function boxIn(srid: string, g: string, ext: string): string {
  const across = (box: string, axis: 'X' | 'Y') => `${ext}ST_${axis}Max(${box}) - ${ext}ST_${axis}Min(${box})`;
  const size = (box: string) => `greatest(${across(box, 'X')}, ${across(box, 'Y')})`;
  const edges = `${ext}ST_Segmentize(${g}, greatest(${size(g)}, 1e-6) / 16)`;
  const box = `${ext}ST_Envelope(${ext}ST_Transform(${edges}, ${srid}))`;
  return `(SELECT ${ext}ST_Expand(e, ${size('e')} / 100 + 1e-6) FROM (SELECT ${box} AS e) wide)`;
}
