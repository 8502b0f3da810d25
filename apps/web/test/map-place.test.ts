import fc from 'fast-check';
import { freeMargins } from '../src/map/free-margins.ts';
import { viewIn, withView } from '../src/map/shown-view.ts';

describe('the margins of a map', () => {
  const size = (most: number) =>
    fc.record({ width: fc.integer({ min: 0, max: most }), height: fc.integer({ min: 0, max: most }) });

  it('leave a panel beside or below what is shown, and a third of the map at least', () => {
    fc.assert(
      fc.property(
        fc.record({ width: fc.integer({ min: 300, max: 3000 }), height: fc.integer({ min: 300, max: 2000 }) }),
        size(500),
        fc.integer({ min: 0, max: 120 }),
        (map, panel, top) => {
          const { left, right, bottom, top: above } = freeMargins(map, panel, top);
          expect(map.width - left - right).toBeGreaterThanOrEqual(Math.min(map.width / 3, map.width - 80));
          expect(map.height - above - bottom).toBeGreaterThanOrEqual(Math.min(map.height / 3, map.height - 80));
        },
      ),
    );
    expect(freeMargins({ width: 820, height: 800 }, { width: 344, height: 142 }, 0)).toMatchObject({
      right: 40,
      bottom: 182,
    });
    expect(freeMargins({ width: 820, height: 800 }, { width: 100, height: 700 }, 60)).toMatchObject({
      right: 140,
      top: 100,
    });
  });
});

describe('a link', () => {
  it('restores the place that the map showed', () => {
    const center = { lng: -100.1234, lat: 41.5678, wrap: () => center } as never;
    const link = withView('http://h/?operation=o', { getZoom: () => 9.5, getCenter: () => center });
    expect(new URL(link).searchParams.get('operation')).toBe('o');
    expect(viewIn(new URL(link).search)).toEqual({ zoom: 9.5, center: [-100.1234, 41.5678] });
  });

  it('names no place that is none', () => {
    for (const at of ['', 'a,b,c', '1,2', '99,0,0', '5,200,0', '5,0,90']) expect(viewIn(`?at=${at}`)).toBeUndefined();
  });
});
