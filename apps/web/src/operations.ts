import type { FillOf } from './answer/figures.ts';
import { fillsOf } from './answer/fills.ts';
import type { ProcessDescription, RasterDocument } from './api.ts';
import type { Asked } from './asked.ts';

/** A parameter of an operation, such as the year, with all its values. */
export interface Parameter {
  readonly name: string;
  readonly title: string;
  readonly values: readonly string[];
  readonly byDefault: string | undefined;
}

interface InputSchema {
  readonly type?: string;
  readonly enum?: readonly string[];
  readonly default?: string;
  readonly oneOf?: readonly InputSchema[];
  readonly anyOf?: readonly InputSchema[];
}

/** The inputs that every operation has, which are no parameters. */
const common: readonly string[] = [
  ...['area', 'areas', 'upstream', 'within', 'sum', 'by', 'coverage', 'rasters', 'crs', 'quantiles', 'lines'],
  ...['cellAreas', 'operations'],
];

/** The parameters of an operation, as its description has them. */
export function parametersOf({ inputs }: Pick<ProcessDescription, 'inputs'>): readonly Parameter[] {
  return Object.entries(inputs).flatMap(([name, { title, schema }]): Parameter[] => {
    if (common.includes(name)) return [];
    const { enum: values, default: byDefault } = oneValue(schema as InputSchema);
    // `*` and lists ask for several at once.
    const single = values?.filter((value) => value !== '*');
    return single && single.length > 0 ? [{ name, title, values: single, byDefault }] : [];
  });
}

/** The schema of one value, of those that a parameter may have. */
function oneValue(schema: InputSchema): InputSchema {
  if (schema.enum) return schema;
  const found = [...(schema.oneOf ?? []), ...(schema.anyOf ?? [])].find((one) => one.enum && one.enum[0] !== '*');
  return { ...found, ...(schema.default !== undefined && { default: schema.default }) };
}

/** The values of the parameters: those chosen, else the default, else the last. */
export function choicesFor(
  parameters: readonly Parameter[],
  { choices }: Pick<Asked, 'choices'>,
): Record<string, string> {
  return Object.fromEntries(
    parameters.map(({ name, values, byDefault }) => {
      const chosen = choices[name];
      return [
        name,
        chosen !== undefined && values.includes(chosen) ? chosen : (byDefault ?? (values.at(-1) as string)),
      ];
    }),
  );
}

/** The fills of the classes in the legends of rasters. */
export function fillOfRasters(rasters: readonly RasterDocument[]): FillOf {
  const fills = new Map(
    rasters.map(({ id, legend = [] }) => {
      const colored = legend.flatMap(({ value, color }) => (color === undefined ? [] : [{ value, color }]));
      const own = fillsOf(colored.map(({ color }) => color));
      return [id, new Map(colored.map(({ value }, index) => [value, own[index]]))];
    }),
  );
  return (raster, value) => (value === null ? undefined : fills.get(raster)?.get(value));
}
