import { fromLonLat, toLonLat } from './converter.ts';
import { type Crs, parametersOf } from './crs-definition.ts';

/** A function that says whether a position of the CRS is one on Earth: of any other, proj4 makes some place or other. */
export function placeChecker(crs: Crs): (x: number, y: number) => boolean {
  const { projName, to_meter = 1 } = parametersOf(crs);
  if (projName === 'longlat') return (x, y) => Math.abs(x) <= 360 && Math.abs(y) <= 90;
  const [back, forth] = [toLonLat(crs), fromLonLat(crs)];
  const tolerance = 1 / to_meter;
  return (x, y) => {
    const [againX, againY] = forth(...back(x, y));
    return Math.abs(againX - x) <= tolerance && Math.abs(againY - y) <= tolerance;
  };
}
