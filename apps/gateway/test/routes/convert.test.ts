import { readFileSync } from 'node:fs';
import Fastify, { type FastifyInstance } from 'fastify';
import { basinsFile } from '../../../../packages/areas/test/fixtures.ts';
import { bodyRoom } from '../../src/http/load.ts';
import { validation } from '../../src/http/validators.ts';
import { answerProblems } from '../../src/problems/problem.ts';
import { convertedFile, type FileToConvert } from '../../src/reading/converted-file.ts';
import { convertRoutes } from '../../src/routes/convert.ts';

const kml =
  '<kml><Placemark><name>x</name><Polygon><outerBoundaryIs><LinearRing><coordinates>1,1 2,1 2,2 1,1</coordinates></LinearRing></outerBoundaryIs></Polygon></Placemark></kml>';
const bodyLimitBytes = 10_000;
const asked: FileToConvert[] = [];
let app: FastifyInstance;
let room: ReturnType<typeof bodyRoom>;

beforeAll(async () => {
  app = Fastify(validation);
  answerProblems(app);
  room = bodyRoom(app, { bodyBytes: 1_000_000 });
  await app.register(convertRoutes, {
    reader: {
      convert: (file) => {
        asked.push(file);
        return convertedFile(file, { vertexLimit: 1000 });
      },
    },
    ...{ room, bodyLimitBytes, countExecution: async () => undefined },
  });
});
afterAll(() => app.close());

const post = (payload: string | Buffer, type?: string, query = '') =>
  app.inject({
    method: 'POST',
    url: `/api/areas/convert${query}`,
    payload,
    headers: type === undefined ? {} : { 'content-type': type },
  });

it.each(['application/vnd.google-earth.kml+xml', 'text/plain', 'application/json', undefined])(
  'a file is converted whatever its media type is said to be: %s',
  async (type) => {
    const answer = await post(kml, type);
    expect(answer.statusCode).toBe(200);
    expect(answer.headers['content-type']).toMatch(/^application\/geo\+json/);
    expect(answer.json()).toMatchObject({ features: [{ properties: { name: 'x' } }], found: { format: 'KML' } });
    expect(room.bytes).toBe(0);
  },
);

it('the layer is that of the query', async () => {
  const zip = readFileSync(basinsFile('basins.zip'));
  const answer = await post(zip, 'application/zip', '?layer=web');
  expect(answer.json()).toMatchObject({ found: { format: 'shapefile' } });
  expect(asked.at(-1)?.layer).toBe('web');
  const unnamed = await post(zip, 'application/zip');
  expect([unnamed.statusCode, unnamed.json().detail]).toEqual([
    400,
    'the file has several layers: layer is missing, expected one of albers, web',
  ]);
});

it.each<[string, string, string | undefined, number, RegExp, string?]>([
  ['without a body', '', undefined, 400, /^the body: is null, expected string$/],
  ['as a form', kml, 'multipart/form-data; boundary=x', 415, /^content-type: is a form, expected the file itself/],
  ['that is too large', 'x'.repeat(bodyLimitBytes + 1), 'application/zip', 413, /larger than 10000 bytes/],
  ['of another format', 'hello', 'application/zip', 400, /^the file is of another format, expected a zipped shapefile/],
  ['with another query', kml, 'text/xml', 400, /lay/, '?lay=1'],
])('a file %s is refused', async (_, body, type, status, detail, query = '') => {
  const answer = await post(body, type, query);
  expect(answer.statusCode).toBe(status);
  expect(answer.json().detail).toMatch(detail);
  expect(room.bytes).toBe(0);
});
