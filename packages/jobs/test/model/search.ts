import { brokenBy, isSettled } from './properties.ts';
import { firstState, type State, type Step, type Way } from './state.ts';
import { tidy } from './tidy.ts';
import { stepsIn } from './way.ts';

// jest looks up globals slowly, and these are needed for each character or member of a state.
const { imul } = Math;
const { isArray } = Array;

export interface Found {
  readonly states: number;
  readonly steps: number;
  /** A property that does not hold, and the shortest way to where it fails. */
  readonly broken?: { readonly property: string; readonly trace: readonly string[] };
}

export interface Search {
  /** The kinds of steps by which all must be able to end; by default also by the safety net. */
  readonly endingBy?: readonly Step['kind'][];
  readonly mostStates?: number;
}

/**
 * Visits every state that can be reached, breadth first, each once. Each step is checked, and of
 * each state whether the system can end from there by itself, whatever has happened before.
 */
export function search(way: Way, { endingBy = ['work', 'wake'], mostStates = 5_000_000 }: Search = {}): Found {
  const first = inOrder(firstState(way));
  const numbers = new Map([[numberOf(first), 0]]);
  const cameFrom = [-1];
  const labels = [''];
  const settled: number[] = [];
  const edges: [from: number[], to: number[]] = [[], []];
  const traceTo = (state: number): string[] => {
    const trace: string[] = [];
    for (let at = state; at > 0; at = cameFrom[at] as number) trace.push(labels[at] as string);
    return trace.reverse();
  };
  let level: [number, State][] = [[0, first]];
  let steps = 0;
  while (level.length > 0) {
    const nextLevel: [number, State][] = [];
    for (const [number, before] of level) {
      if (isSettled(way, before)) settled.push(number);
      for (const step of stepsIn(way, before)) {
        steps++;
        const made = copy(before);
        step.apply(made);
        const property = brokenBy(way, step, { before, after: made });
        if (property) {
          return { states: numbers.size, steps, broken: { property, trace: [...traceTo(number), step.label] } };
        }
        tidy(made);
        const after = inOrder(made);
        const hash = numberOf(after);
        let reached = numbers.get(hash);
        if (reached === undefined) {
          reached = numbers.size;
          if (reached >= mostStates) throw new Error(`there are more than ${mostStates} states`);
          numbers.set(hash, reached);
          cameFrom.push(number);
          labels.push(step.label);
          nextLevel.push([reached, after]);
        }
        if (endingBy.includes(step.kind)) {
          edges[0].push(number);
          edges[1].push(reached);
        }
      }
    }
    level = nextLevel;
  }
  const stuck = firstWithout(numbers.size, settled, edges);
  const trace = stuck === undefined ? [] : traceTo(stuck);
  return {
    states: numbers.size,
    steps,
    ...(stuck !== undefined && { broken: { property: 'P1, P3: from here it never ends', trace } }),
  };
}

/** The first state from which no settled one is reached. */
function firstWithout(
  states: number,
  settled: readonly number[],
  [from, to]: readonly [readonly number[], readonly number[]],
): number | undefined {
  // The edges into a state stand together: those into `state` are at `starts[state]` and after.
  const starts = new Uint32Array(states + 1);
  for (const state of to) starts[state + 1] = (starts[state + 1] as number) + 1;
  for (let state = 0; state < states; state++) {
    starts[state + 1] = (starts[state + 1] as number) + (starts[state] as number);
  }
  const into = new Uint32Array(to.length);
  const filled = starts.slice();
  to.forEach((state, edge) => {
    const place = filled[state] as number;
    into[place] = from[edge] as number;
    filled[state] = place + 1;
  });
  const canEnd = new Uint8Array(states);
  const open = [...settled];
  for (const state of settled) canEnd[state] = 1;
  for (let state = open.pop(); state !== undefined; state = open.pop()) {
    for (let at = starts[state] as number; at < (starts[state + 1] as number); at++) {
      const before = into[at] as number;
      if (canEnd[before] === 1) continue;
      canEnd[before] = 1;
      open.push(before);
    }
  }
  const stuck = canEnd.indexOf(0);
  return stuck < 0 ? undefined : stuck;
}

function copy<Value>(value: Value): Value {
  if (typeof value !== 'object' || value === null) return value;
  if (isArray(value)) return value.map(copy) as Value;
  const copied: Record<string, unknown> = {};
  for (const name in value) copied[name] = copy(value[name]);
  return copied as Value;
}

/** The same state with its members in one order, so that equal states have equal texts. */
function inOrder<Value>(value: Value): Value {
  if (typeof value !== 'object' || value === null) return value;
  if (isArray(value)) {
    for (let place = 0; place < value.length; place++) value[place] = inOrder(value[place]);
    return value;
  }
  const members = value as Record<string, unknown>;
  let last = '';
  let isOrdered = true;
  for (const name in members) {
    members[name] = inOrder(members[name]);
    if (name < last) isOrdered = false;
    last = name;
  }
  if (isOrdered) return value;
  return Object.fromEntries(Object.entries(members).sort(([a], [b]) => (a < b ? -1 : 1))) as Value;
}

/**
 * A number of 53 bits for a state. Two of 100,000 states share one with a probability of one in a
 * million; then a state is missed.
 */
function numberOf(ordered: State): number {
  const text = JSON.stringify(ordered);
  let high = 0xdeadbeef;
  let low = 0x41c6ce57;
  for (let place = 0; place < text.length; place++) {
    const code = text.charCodeAt(place);
    high = imul(high ^ code, 2654435761);
    low = imul(low ^ code, 1597334677);
  }
  high = imul(high ^ (high >>> 16), 2246822507) ^ imul(low ^ (low >>> 13), 3266489909);
  low = imul(low ^ (low >>> 16), 2246822507) ^ imul(high ^ (high >>> 13), 3266489909);
  return 4294967296 * (2097151 & low) + (high >>> 0);
}
