import { asTyped } from '../../src/text/as-typed.ts';

const npx = { CATCHMENT_TYPED: 'npx catchment' };

it('examples, usage and sentences name the command as it is typed, and nothing else is changed', () => {
  const help = `Usage: catchment count [options]

Example:
  catchment count huc12/1 landcover
  CACHE_URL=redis://localhost:6380 catchment cache stats

start one with \`catchment worker\`; a catchment is an area, such as catchment 7`;
  expect(asTyped(help, npx)).toBe(`Usage: npx catchment count [options]

Example:
  npx catchment count huc12/1 landcover
  CACHE_URL=redis://localhost:6380 npx catchment cache stats

start one with \`npx catchment worker\`; a catchment is an area, such as catchment 7`);
  expect(asTyped(help, {})).toBe(help);
});
