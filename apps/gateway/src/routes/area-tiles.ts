import type { Catalog } from '@cellshed/catalog';
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { FastifyReply } from 'fastify';
import Type from 'typebox';
import { keyHeaders } from '../answers/showing.ts';
import { varyOn } from '../http/encodings.ts';
import { isUnchanged, unchanged } from '../http/entity-tags.ts';
import { whileWanted } from '../http/while-wanted.ts';
import { ProblemError } from '../problems/problem-error.ts';
import { atOnce } from '../reading/at-once.ts';
import type { Reader } from '../reading/reader.ts';

export interface AreaTilesOptions {
  readonly catalog: Pick<Catalog, 'areas'>;
  readonly reader: Pick<Reader, 'tile'>;
  /** Whether clients need keys. */
  readonly needsKeys: boolean;
}

const mvt = 'application/vnd.mapbox-vector-tile';
const mostZoom = 22;
/** The tiles that wait to be made: those of some maps. */
const mostWaiting = 200;
const step = Type.Integer({ minimum: 0, maximum: 2 ** mostZoom - 1 });

/** The outlines of well-known areas as vector tiles, for web maps. */
export const areaTilesRoutes: FastifyPluginAsyncTypebox<AreaTilesOptions> = async (app, options) => {
  const { catalog, reader, needsKeys } = options;
  // Pages of areas and answers wait for the same thread.
  const inTurn = atOnce({
    ...{ most: 1, mostWaiting },
    refuse: () => new ProblemError(503, `${mostWaiting} tiles wait to be made, as many as may: ask again`),
  });

  app.get(
    '/api/collections/:table/tiles/:z/:x/:y',
    {
      schema: {
        operationId: 'getAreaTile',
        summary: 'Outlines of the areas of a table, as a tile of a web map',
        description:
          'A Mapbox Vector Tile in Web Mercator (z/x/y) with the layer `areas`, whose features have `id` and `name`. ' +
          'A tile that more than 2,000 areas meet has none: zoom in. When too many wait to be made: 503.',
        params: Type.Object({
          table: Type.String({ description: 'Name of an area table' }),
          z: Type.Integer({ minimum: 0, maximum: mostZoom }),
          ...{ x: step, y: step },
        }),
        response: { 200: { description: 'The tile', content: { [mvt]: { schema: Type.Any() } } }, 304: unchanged },
      },
    },
    async (request, reply) => {
      const { table, ...address } = request.params;
      if (!catalog.areas.has(table)) {
        const names = [...catalog.areas.keys()].join(', ') || 'none';
        throw new ProblemError(
          404,
          `no area table is called ${JSON.stringify(table.slice(0, 100))}; expected one of ${names}`,
        );
      }
      const { z, x, y } = address;
      if (Math.max(x, y) >= 2 ** z)
        throw new ProblemError(404, `zoom ${z} has no tile ${x}/${y}; both are below ${2 ** z}`);
      const { tile, version } = await inTurn(() => reader.tile(table, address), whileWanted(reply));
      const etag = `"${version}-${z}-${x}-${y}"`;
      // A replaced table is seen a minute later.
      reply.headers({
        etag,
        'cache-control': `${needsKeys ? 'private' : 'public'}, max-age=60, stale-while-revalidate=600`,
      });
      if (needsKeys) varyOn(reply, ...keyHeaders);
      return send(reply, isUnchanged(request, etag) ? undefined : tile);
    },
  );
};

/** Sends a tile; undefined: the client has it. */
function send(reply: FastifyReply, tile: Uint8Array | undefined) {
  return tile ? reply.type(mvt).send(Buffer.from(tile)) : reply.code(304).send();
}
