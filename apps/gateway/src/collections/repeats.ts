import type { FastifyRequest } from 'fastify';

/**
 * Takes a member of a query that comes twice with the same text as one, before the query is
 * validated. GDAL and QGIS add the query of the URL that they were given to each link, also to one
 * that has it.
 */
export async function uniteRepeats(request: FastifyRequest): Promise<void> {
  const query = request.query as Record<string, unknown>;
  for (const [name, value] of Object.entries(query)) {
    if (Array.isArray(value) && value.every((one) => one === value[0])) query[name] = value[0];
  }
}
