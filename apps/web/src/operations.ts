import type { MappedRaster, ProcessDescription, RasterDocument } from '@cellshed/client';
import type { FillOf } from './answer/document.ts';
import { fillsOf } from './answer/fills.ts';
import type { Asked } from './asked.ts';
import { firstAsked } from './years.ts';

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

/** The values of the parameters: those chosen, else the default, else the latest year. */
export function choicesFor(
  parameters: readonly Parameter[],
  { choices }: Pick<Asked, 'choices'>,
): Record<string, string> {
  return Object.fromEntries(
    parameters.map(({ name, values, byDefault }) => {
      const chosen = choices[name];
      return [name, chosen !== undefined && values.includes(chosen) ? chosen : (byDefault ?? firstAsked(values))];
    }),
  );
}

/** The date of all rasters of an operation; undefined: they have none, or several. */
export function dateOf({ rasters = [] }: Pick<ProcessDescription, 'rasters'>): string | undefined {
  const [date, ...others] = new Set(rasters.map((raster) => raster.date));
  return others.length === 0 ? date : undefined;
}

/** Whether another parameter has a value already, so that both would mean the same raster. */
export function isTaken(value: string, { name, values, rasters }: TakenOptions): boolean {
  return rasters.some(({ series = [] }) => {
    const own = series.some(({ parameters }) => parameters[name] === value);
    const others = series.filter(({ parameters }) => !(name in parameters));
    return (
      own && others.some(({ parameters }) => Object.entries(parameters).every(([one, its]) => values[one] === its))
    );
  });
}

interface TakenOptions {
  readonly name: string;
  /** The values of the other parameters. */
  readonly values: Readonly<Record<string, string>>;
  readonly rasters: readonly Pick<MappedRaster, 'series'>[];
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
