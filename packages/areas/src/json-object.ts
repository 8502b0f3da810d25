/** An object as JSON has them: not null, and no list. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** Whether a value has members that can be asked for. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
