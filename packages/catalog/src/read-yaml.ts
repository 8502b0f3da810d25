import { type Budget, budgetOf, OverBudget, stepsFor } from '@cellshed/budget';
import Type, { type Static, type TArray, type TObject, type TRecord, type TSchema, type TUnion } from 'typebox';
import { Check } from 'typebox/schema';
import {
  type Document,
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
  type YAMLMap,
} from 'yaml';
import { firstProblems, type Problem } from './catalog-error.ts';
import { anchoredIn } from './yaml-anchors.ts';

/** The value of YAML text under a schema, and all that is wrong with it. */
export interface YamlReading<T> {
  /** All of `T` when there are no problems; else without the parts that are wrong. */
  readonly value: DeepPartial<T> | undefined;
  readonly problems: readonly Problem[];
  /** The line of each member, by its path (`operations.nlcd_soil.rasters.1`). */
  readonly lines: ReadonlyMap<string, number>;
}

/** `T` of which any part may be missing. */
export type DeepPartial<T> = T extends object ? { [Member in keyof T]?: DeepPartial<T[Member]> | undefined } : T;

/**
 * Reads YAML 1.2 text by a schema of objects, records, arrays, unions and scalars. Objects are
 * closed; a map under a union is told by its `type` where there are several; records have no
 * prototype, so that any name is safe in them. A schema's `expected` says in words what is
 * expected, a record's `expectedKey` what its keys are.
 */
export function readYaml<Schema extends TSchema>(text: string, schema: Schema): YamlReading<Static<Schema>> {
  const counter = new LineCounter();
  const document = parseDocument(text, {
    lineCounter: counter,
    prettyErrors: false,
    uniqueKeys: false,
    resolveKnownTags: false,
    logLevel: 'error',
  });
  const [problems, lines] = [syntaxProblems(document, counter), new Map<string, number>()];
  if (problems.length > 0) return { value: undefined, problems: firstProblems(problems), lines };
  const budget = budgetOf(stepsFor(text.length), { what: 'reading all that its aliases stand for' });
  const reading: Reading = { counter, problems, lines, budget, anchored: anchoredIn(document) };
  try {
    const value = readNode(reading, { node: document.contents, path: '', line: 1 }, schema);
    return { value: value as DeepPartial<Static<Schema>> | undefined, problems: firstProblems(problems), lines };
  } catch (error) {
    if (!(error instanceof OverBudget)) throw error;
    return { value: undefined, problems: [{ line: undefined, problem: error.message }], lines };
  }
}

interface Reading {
  readonly counter: LineCounter;
  readonly problems: Problem[];
  readonly lines: Map<string, number>;
  readonly budget: Budget;
  /** The node that each alias stands for. */
  readonly anchored: ReadonlyMap<Node, Node>;
}

/** Steps of a part of a document: a few lines can mean millions of them, by aliases of aliases. */
const stepsOfNode = 400;

interface Place {
  readonly node: unknown;
  readonly path: string;
  readonly line: number;
}

function syntaxProblems({ errors, warnings }: Document.Parsed, counter: LineCounter): Problem[] {
  const problems = [...errors, ...warnings].map(({ code, message, pos }): Problem => {
    const problem = inOtherWords.get(code) ?? `is not YAML: ${message}`;
    return { line: counter.linePos(pos[0]).line, problem };
  });
  // One fault can give thousands of equal errors, such as one for each bracket that is not closed.
  return [...new Map(problems.map((one) => [`${one.line} ${one.problem}`, one])).values()];
}

const inOtherWords: ReadonlyMap<string, string> = new Map([
  ['MULTIPLE_DOCS', 'expected one YAML document; got several'],
  ['RESOURCE_EXHAUSTION', 'is nested too deeply'],
]);

function readNode(reading: Reading, place: Place, schema: TSchema): unknown {
  reading.budget.spend(stepsOfNode);
  reading.lines.set(place.path, place.line);
  if (isAlias(place.node)) {
    const node = reading.anchored.get(place.node);
    if (node === undefined) return refuse(reading, place, `no anchor is called "${place.node.source}"`);
    return readNode(reading, { ...place, node }, schema);
  }
  if (Type.IsUnion(schema)) return readUnion(reading, place, schema);
  if (Type.IsObject(schema)) return readObject(reading, place, schema);
  if (Type.IsRecord(schema)) return readRecord(reading, place, schema);
  if (Type.IsArray(schema)) return readArray(reading, place, schema);
  return readScalar(reading, place, schema);
}

/**
 * A map under a union is the union's one object, or the one whose `type` it names; a list is the
 * union's one array.
 */
function readUnion(reading: Reading, place: Place, schema: TUnion): unknown {
  const list = schema.anyOf.find(Type.IsArray);
  if (isSeq(place.node) && list !== undefined) return readArray(reading, place, list);
  const objects = schema.anyOf.filter(Type.IsObject);
  const [first] = objects;
  if (!isMap(place.node) || first === undefined) return readScalar(reading, place, schema);
  const types = objects.flatMap(({ properties }) => (Type.IsLiteral(properties.type) ? [properties.type.const] : []));
  if (types.length === 0) return readObject(reading, place, first);
  const type = place.node.get('type');
  const chosen = objects[types.findIndex((known) => known === type)];
  if (chosen !== undefined) return readObject(reading, place, chosen);
  const { line } = members(reading, place, place.node).find(({ name }) => name === 'type') ?? place;
  const fault = type === undefined ? 'member "type" is missing' : `unknown type ${show(type)}`;
  return refuse(reading, { ...place, line }, `${fault}; expected one of ${types.join(', ')}`);
}

function readObject(reading: Reading, place: Place, schema: TObject): unknown {
  if (!isMap(place.node)) return unexpected(reading, place, 'a map');
  const value: Record<string, unknown> = {};
  const found = members(reading, place, place.node);
  const known = Object.keys(schema.properties).join(', ');
  for (const member of found) {
    const property = Object.hasOwn(schema.properties, member.name) ? schema.properties[member.name] : undefined;
    if (property !== undefined) value[member.name] = readNode(reading, member, property);
    else
      refuse(reading, { ...place, line: member.line }, `unknown member ${show(member.name)}; expected one of ${known}`);
  }
  for (const required of schema.required) {
    if (!found.some(({ name }) => name === required)) refuse(reading, place, `member "${required}" is missing`);
  }
  return value;
}

function readRecord(reading: Reading, place: Place, schema: TRecord): unknown {
  if (!isMap(place.node)) return unexpected(reading, place, expected(schema));
  const value: Record<string, unknown> = Object.create(null);
  const key = new RegExp(Type.RecordPattern(schema), 'u');
  for (const member of members(reading, place, place.node)) {
    const { name, line } = member;
    if (key.test(name)) value[name] = readNode(reading, member, Type.RecordValue(schema));
    else refuse(reading, { ...place, line }, `${show(name)} is not ${expected(schema, 'expectedKey')}`);
  }
  return value;
}

function readArray(reading: Reading, place: Place, schema: TArray): unknown {
  if (!isSeq(place.node)) return unexpected(reading, place, expected(schema));
  const { items } = place.node;
  const ofAnyItems: TSchema = { ...schema, items: Type.Unknown() };
  if (!Check(ofAnyItems, items as unknown)) {
    refuse(reading, place, `expected ${expected(schema)}; got ${items.length}`);
  }
  return items.map((node, index) => {
    const line = lineOf(reading, node) ?? place.line;
    return readNode(reading, { node, path: join(place.path, String(index)), line }, schema.items);
  });
}

function readScalar(reading: Reading, place: Place, schema: TSchema): unknown {
  const value = isScalar(place.node) ? place.node.value : undefined;
  return Check(schema, value) ? value : unexpected(reading, place, expected(schema));
}

interface Member extends Place {
  readonly name: string;
}

/** The members of a map; of two with the same name only the first, the second is a problem. */
function members(reading: Reading, place: Place, map: YAMLMap): Member[] {
  const found = new Map<string, Member>();
  for (const { key, value } of map.items) {
    const line = lineOf(reading, key) ?? place.line;
    const name = isScalar(key) ? String(key.value) : undefined;
    const first = name === undefined ? undefined : found.get(name);
    if (name === undefined) refuse(reading, { ...place, line }, 'expected a name before the colon');
    else if (first !== undefined) {
      refuse(reading, { path: first.path, line }, `is there twice; the first is on line ${first.line}`);
    } else found.set(name, { name, node: value, path: join(place.path, name), line });
  }
  return [...found.values()];
}

function lineOf({ counter }: Reading, node: unknown): number | undefined {
  return isNode(node) && node.range ? counter.linePos(node.range[0]).line : undefined;
}

function join(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`;
}

function expected(schema: TSchema, member: 'expected' | 'expectedKey' = 'expected'): string {
  return String((schema as Record<string, unknown>)[member]);
}

function unexpected(reading: Reading, place: Place, what: string): undefined {
  return refuse(reading, place, `expected ${what}; got ${show(place.node)}`);
}

function refuse(reading: Reading, { path, line }: Pick<Place, 'path' | 'line'>, problem: string): undefined {
  reading.problems.push({ line, path, problem });
}

function show(value: unknown): string {
  if (isMap(value)) return 'a map';
  if (isSeq(value)) return 'a list';
  const plain = isScalar(value) ? value.value : value;
  if (plain === null || plain === undefined) return 'nothing';
  return typeof plain === 'string' ? JSON.stringify(plain.slice(0, 80)) : String(plain);
}
