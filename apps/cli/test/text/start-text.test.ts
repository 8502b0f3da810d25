import { type StartedService, startText } from '../../src/text/start-text.ts';

const service: StartedService = {
  url: 'http://127.0.0.1:8080',
  hasPage: true,
  catalog: '.catchment/sample/catalog.yaml',
  examples: { area: 'huc12/990101010101', operation: 'landcover', raster: 'landcover' },
  adminUser: 'admin',
  made: { QUEUE_REDIS_URL: 'redis://127.0.0.1:4321', CACHE_URL: 'file:/kept/results' },
  isShared: { cache: true, tallies: true },
};
const commandsIn = (text: string) => [...text.matchAll(/^ {2}npx catchment (.*)$/gm)].map(([, command]) => command);

it('a service that has started says what to open, what to type and where its servers are, in 60 columns', () => {
  expect(startText(service, 60)).toBe(`Catchment serves .catchment/sample/catalog.yaml
  on http://127.0.0.1:8080

Open:
  http://127.0.0.1:8080 (the map)
  http://127.0.0.1:8080/api
  http://127.0.0.1:8080/admin/queues (user admin)
Type, in another terminal, in this folder:
  npx catchment request huc12/990101010101 landcover
  npx catchment count huc12/990101010101 landcover
  npx catchment catalog ls
  npx catchment warm huc12
  npx catchment cache stats
  npx catchment invalidate --raster landcover --dry-run
  npx catchment tally build landcover
These commands find this service by themselves.
Its servers, for other programs:
  QUEUE_REDIS_URL=redis://127.0.0.1:4321
  CACHE_URL=file:/kept/results

Ctrl-C ends it.`);
});

it('no command is told of that would fail with this service', () => {
  const alone = { ...service, isShared: { cache: false, tallies: false } };
  expect(commandsIn(startText(alone, 100))).toEqual([
    'request huc12/990101010101 landcover',
    'count huc12/990101010101 landcover',
    'catalog ls',
  ]);
  expect(startText({ ...service, hasPage: false, adminUser: undefined, made: {} }, 100)).not.toMatch(
    /map|admin|servers/,
  );
});

it('a catalog without areas is asked with a file, and an id that a shell would misread stands in quotes', () => {
  const without = { ...service, examples: { ...service.examples, area: undefined } };
  expect(commandsIn(startText(without, 100)).slice(0, 4)).toEqual([
    'request area.geojson landcover',
    'count area.geojson landcover',
    'catalog ls',
    'cache stats',
  ]);
  const odd = { ...service, examples: { ...service.examples, area: "towns/St John's & co" } };
  expect(commandsIn(startText(odd, 100))[0]).toBe("request 'towns/St John'\\''s & co' landcover");
});
