import type { AnswerProperty } from '@cellshed/tables';

/** The media type of a JSON Schema. */
export const schemaType = 'application/schema+json';

/**
 * The JSON Schema of areas with the properties of answers. GDAL makes the fields of a layer from
 * it, so the types are plain words; a property is null until its answer is cached. The table's own
 * properties come besides. `x-figure` and `x-values` tell programs what a title tells people.
 */
export function featureSchema(properties: readonly AnswerProperty[], { id, title }: { id: string; title: string }) {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: id,
    title,
    type: 'object',
    required: ['type', 'id', 'geometry', 'properties'],
    properties: {
      type: { const: 'Feature' },
      id: { type: 'string' },
      geometry: {},
      properties: {
        type: 'object',
        properties: Object.fromEntries(properties.map((one) => [one.name, propertySchema(one)])),
      },
    },
  };
}

function propertySchema({ type, title, figure, values }: AnswerProperty) {
  const named = { ...(title !== undefined && { title }), ...(values && { 'x-figure': figure, 'x-values': values }) };
  if (type === 'groups') return { ...named, type: 'array', items: { type: 'object' } };
  return { ...named, type: type === 'text' ? 'string' : 'number' };
}
