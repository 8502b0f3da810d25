import { createHash } from 'node:crypto';
import { memoryStore } from '@cellshed/cache';
import type { Catalog, CatalogRaster } from '@cellshed/catalog';
import { RasterList } from '@cellshed/client';
import type { CurrentVersions } from '@cellshed/operations';
import { mostZoom } from '@cellshed/pictures';
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import Type from 'typebox';
import { keyHeaders } from '../answers/showing.ts';
import { varyOn } from '../http/encodings.ts';
import { isUnchanged, unchanged } from '../http/entity-tags.ts';
import { type BaseUrl, link } from '../http/links.ts';
import { whileWanted } from '../http/while-wanted.ts';
import { mappedRaster, seriesOf } from '../pictures/mapped-raster.ts';
import type { Pictures } from '../pictures/pictures.ts';
import { ProblemError } from '../problems/problem-error.ts';

export interface RastersOptions {
  readonly catalog: Pick<Catalog, 'rasters' | 'operations'>;
  readonly pictures: Pictures;
  readonly versions: Pick<CurrentVersions, 'raster'>;
  readonly baseOf: BaseUrl;
  /** Whether clients need keys. */
  readonly needsKeys: boolean;
  /** Whether pages of all other sites may use the gateway. */
  readonly isForAllSites: boolean;
}

const png = 'image/png';
const step = Type.Integer({ minimum: 0, maximum: 2 ** mostZoom - 1 });

/** The bytes of pictures that are kept in memory. */
const mostBytesKept = 32 * 2 ** 20;

/** Raise it when pictures of the same cells become others. */
const pictureVersion = 1;

/** The rasters of the catalog for a map: their places, colours and pictures. */
export const rastersRoutes: FastifyPluginAsyncTypebox<RastersOptions> = async (app, options) => {
  const { catalog, pictures, versions, baseOf, needsKeys, isForAllSites } = options;
  const kept = memoryStore({ maxBytes: mostBytesKept });
  const series = seriesOf(catalog);
  const legends = new Map(Array.from(catalog.rasters, ([name, { legend }]) => [name, JSON.stringify([...legend])]));
  const tagOf = (...parts: readonly unknown[]) =>
    createHash('sha256')
      .update(JSON.stringify([pictureVersion, ...parts]))
      .digest('hex')
      .slice(0, 32);

  app.get(
    '/api/rasters',
    {
      schema: {
        operationId: 'getRasters',
        summary: 'The rasters, with what a map has to know of them',
        response: { 200: RasterList },
      },
    },
    async (request) => {
      const url = `${baseOf(request)}/api/rasters`;
      const describe = async (raster: CatalogRaster) => {
        const look = await pictures.look(raster.name).catch((error: Error) => {
          request.log.warn(`raster ${raster.name} cannot be shown: ${error.message}`);
          return undefined;
        });
        return mappedRaster(raster, look, { url, series: series.get(raster.name) });
      };
      const rasters = await Promise.all([...catalog.rasters.values()].map(describe));
      return { rasters, links: [link(url, 'self', 'This document')] };
    },
  );

  app.get(
    '/api/rasters/:raster/tiles/:z/:x/:y.png',
    {
      schema: {
        operationId: 'getRasterTile',
        summary: 'A picture of a raster, as a tile of a web map',
        description:
          'PNG of 256 × 256 pixels in Web Mercator (z/x/y). Each pixel has the colour of the cell at its centre; no data is transparent. ' +
          'Below the `minzoom` of the raster there are no pictures: 404. When too many wait to be drawn: 503.',
        params: Type.Object({
          raster: Type.String({ description: 'Name of a raster' }),
          z: Type.Integer({ minimum: 0, maximum: mostZoom }),
          ...{ x: step, y: step },
        }),
        response: {
          200: { description: 'The picture', content: { [png]: { schema: Type.String({ format: 'binary' }) } } },
          304: unchanged,
        },
      },
    },
    async (request, reply) => {
      const { raster: name, z, x, y } = request.params;
      const legend = legends.get(name);
      if (legend === undefined) throw unknown(name, catalog);
      if (Math.max(x, y) >= 2 ** z)
        throw new ProblemError(404, `zoom ${z} has no tile ${x}/${y}; both are below ${2 ** z}`);
      const tag = (version: string) => tagOf(name, version, legend, z, x, y);
      const now = tag(await readable(name, versions.raster(name)));
      reply.headers({
        'cache-control': `${needsKeys ? 'private' : 'public'}, max-age=300, stale-while-revalidate=86400`,
      });
      if (needsKeys) varyOn(reply, ...keyHeaders);
      // Else a browser shows it on pages of other sites only where a script has fetched it.
      else if (isForAllSites) reply.header('cross-origin-resource-policy', 'cross-origin');
      if (isUnchanged(request, `"${now}"`)) return reply.code(304).header('etag', `"${now}"`).send(null);
      const known = await kept.get(now);
      if (known)
        return reply
          .header('etag', `"${now}"`)
          .type(png)
          .send(Buffer.from(known) as never);
      const drawn = await readable(name, pictures.tile(name, { z, x, y }, whileWanted(reply)));
      if (!drawn.png)
        throw new ProblemError(404, `raster ${name} has too many cells in this tile of zoom ${z}: zoom in`);
      const own = tag(drawn.version);
      await kept.set(own, drawn.png);
      return reply
        .header('etag', `"${own}"`)
        .type(png)
        .send(Buffer.from(drawn.png) as never);
    },
  );
};

/** Awaits what is read of a raster. Throws a ProblemError (503), with the cause for the log. */
async function readable<Read>(name: string, reading: Promise<Read>): Promise<Read> {
  try {
    return await reading;
  } catch (cause) {
    if (cause instanceof ProblemError) throw cause;
    throw new ProblemError(503, `raster ${name} cannot be read now`, 'about:blank', { cause });
  }
}

function unknown(name: string, { rasters }: Pick<Catalog, 'rasters'>): ProblemError {
  const names = [...rasters.keys()].join(', ') || 'none';
  return new ProblemError(404, `no raster is called ${JSON.stringify(name.slice(0, 100))}; expected one of ${names}`);
}
