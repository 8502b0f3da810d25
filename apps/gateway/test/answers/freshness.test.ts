import fc from 'fast-check';
import { cacheControl } from '../../src/answers/freshness.ts';

const never = { freshUntil: null, hardUntil: null };
const open = { now: 0, isOpen: true };

it('by default an answer is good for a minute, and for ten more while it is asked for again', () => {
  expect(cacheControl(never, {}, open)).toBe('public, max-age=60, stale-while-revalidate=600');
  expect(cacheControl(never, {}, { now: 0, isOpen: false })).toMatch(/^private, /);
});

it('the catalog says otherwise', () => {
  const times = { maxAgeMilliseconds: 0, staleWhileRevalidateMilliseconds: 0 };
  expect(cacheControl(never, times, open)).toBe('public, max-age=0');
  expect(cacheControl(never, { ...times, maxAgeMilliseconds: 86_400_000 }, open)).toBe('public, max-age=86400');
});

it('an answer is good until it is stale, and never shown past its hard limit', () => {
  expect(cacheControl({ freshUntil: 30_999, hardUntil: null }, {}, open)).toBe(
    'public, max-age=30, stale-while-revalidate=600',
  );
  expect(cacheControl({ freshUntil: 30_000, hardUntil: 40_000 }, {}, open)).toBe(
    'public, max-age=30, stale-while-revalidate=10',
  );
  expect(cacheControl({ freshUntil: 0, hardUntil: 5000 }, {}, { now: 1000, isOpen: true })).toBe(
    'public, max-age=0, stale-while-revalidate=4',
  );
  expect(cacheControl({ freshUntil: 0, hardUntil: 5000 }, {}, { now: 5000, isOpen: true })).toBe('public, max-age=0');
});

const time = fc.option(fc.integer({ min: 0, max: 1_000_000 }));
const duration = fc.option(fc.integer({ min: 0, max: 1_000_000 }), { nil: undefined });

it('nobody shows an answer for longer than all limits allow', () => {
  fc.assert(
    fc.property(time, time, duration, duration, fc.nat(1_000_000), (freshUntil, hardUntil, maxAge, swr, now) => {
      const allowed = {
        ...(maxAge !== undefined && { maxAgeMilliseconds: maxAge }),
        ...(swr !== undefined && { staleWhileRevalidateMilliseconds: swr }),
      };
      const text = cacheControl({ freshUntil, hardUntil }, allowed, { now, isOpen: true });
      const [, fresh = '', revalidating = '0'] = /max-age=(\d+)(?:, stale-while-revalidate=(\d+))?$/.exec(text) ?? [];
      const [freshFor, shownFor] = [1000 * Number(fresh), 1000 * (Number(fresh) + Number(revalidating))];
      expect(freshFor).toBeLessThanOrEqual(maxAge ?? 60_000);
      if (freshFor > 0 && freshUntil !== null) expect(now + freshFor).toBeLessThanOrEqual(freshUntil);
      if (shownFor > 0 && hardUntil !== null) expect(now + shownFor).toBeLessThanOrEqual(hardUntil);
    }),
  );
});
