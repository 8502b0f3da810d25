import type { Readable } from 'node:stream';
import { ConvertedAreas } from '@cellshed/client';
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { FastifyRequest } from 'fastify';
import Type from 'typebox';
import type { CountExecution } from '../access/request-rates.ts';
import { geojson } from '../collections/feature.ts';
import { bytesOfBody } from '../http/json-body.ts';
import type { BodyRoom } from '../http/load.ts';
import { whileWanted } from '../http/while-wanted.ts';
import { ProblemError } from '../problems/problem.ts';
import type { Reader } from '../reading/reader.ts';

export interface ConvertOptions {
  readonly reader: Pick<Reader, 'convert'>;
  readonly room: BodyRoom;
  readonly bodyLimitBytes: number;
  readonly countExecution: CountExecution;
}

/** The types that browsers and programs give such files. The content itself decides. */
const mediaTypes = [
  'application/zip',
  'application/vnd.google-earth.kml+xml',
  'application/vnd.google-earth.kmz',
  'application/geopackage+sqlite3',
  'application/octet-stream',
];

/**
 * `POST /api/areas/convert`: the areas of a file as GeoJSON, for the `area` of an execution.
 * Nothing is kept of the file.
 */
export const convertRoutes: FastifyPluginAsyncTypebox<ConvertOptions> = async (app, options) => {
  const { reader, room, bodyLimitBytes, countExecution } = options;
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', (request: FastifyRequest, payload: Readable) => bytesOfBody(request, payload, room));

  app.post(
    '/api/areas/convert',
    {
      bodyLimit: bodyLimitBytes,
      config: { begins: true },
      onRequest: countExecution,
      schema: {
        operationId: 'convertAreas',
        summary: 'The areas of a zipped shapefile, KML, KMZ or a GeoPackage as GeoJSON',
        consumes: mediaTypes,
        querystring: Type.Object(
          { layer: Type.Optional(Type.String({ description: 'The layer of a file that has several' })) },
          { additionalProperties: false },
        ),
        body: Type.String({ format: 'binary' }),
        response: { 200: { description: 'GeoJSON', content: { [geojson]: { schema: ConvertedAreas } } } },
      },
    },
    async (request, reply) => {
      // It is kept as it came.
      const body = request.body as unknown as Uint8Array;
      if (/^multipart\//i.test(request.headers['content-type'] ?? ''))
        throw new ProblemError(415, 'content-type: is a form, expected the file itself as the body');
      const areas = await reader.convert({ body, layer: request.query.layer }, whileWanted(reply));
      room.free(request);
      return reply.type(geojson).send(areas as never);
    },
  );
};
