import { isHeld, statusOf } from './books.ts';
import type { Key, State, Step, Way } from './state.ts';

/**
 * The property that a step has broken, if any. That what is open ends is not seen here: see
 * `isSettled`.
 */
export function brokenBy(way: Way, step: Step, { before, after }: { before: State; after: State }): string | undefined {
  return (
    wrongEnd(way, before, after) ??
    wrongEntry(after) ??
    countedTwice(way, after) ??
    (step.leaves === undefined ? undefined : wrongLeave(step.leaves, before, after)) ??
    (step.ends === undefined ? undefined : wrongEffect(step.ends, before, after))
  );
}

/** Whether all has ended: nothing is open, and no key is held for ever. */
export function isSettled(way: Way, state: State): boolean {
  return (
    state.loose.length === 0 &&
    Object.values(state.jobs).every((job) => job.state === 'done' || job.state === 'failed') &&
    Object.keys(state.computing).every((key) => !isHeld(state, way, key))
  );
}

/** P1: a request ends with the values of its keys, or with a reason that it has met. */
function wrongEnd(way: Way, before: State, after: State): string | undefined {
  for (const [request, subjects] of Object.entries(way.requests)) {
    const status = statusOf(after, request);
    const isAsBefore = statusOf(before, request) === status;
    if (isAsBefore || status === 'open' || status === 'dismissed' || status === 'gone') continue;
    const isRight = status.startsWith('failed: ')
      ? after.ghost.happened[request]?.includes(status.slice('failed: '.length))
      : isAnswer(after, { request, subjects, keys: status.split(' ') });
    if (!isRight) return `P1: ${request} ended as "${status}"`;
  }
  return undefined;
}

interface Answered {
  readonly request: string;
  readonly subjects: readonly string[];
  readonly keys: readonly Key[];
}

/** Whether there is a value for each subject, of a version that was current in between. */
function isAnswer({ ghost, versions }: State, { request, subjects, keys }: Answered): boolean {
  const isOf = (key: Key | undefined, subject: string) => {
    const [of, text] = key?.split('@') ?? [];
    const version = Number(text);
    return of === subject && version >= (ghost.from[request]?.[subject] ?? 0) && version <= (versions[subject] ?? 0);
  };
  return keys.length === subjects.length && subjects.every((subject, place) => isOf(keys[place], subject));
}

/** P1, too: what is cached under a key is its value, and not that of a newer raster. */
function wrongEntry({ cache }: State): string | undefined {
  const wrong = Object.entries(cache).find(([key, value]) => key !== value);
  return wrong && `P1: ${wrong[1]} is cached as ${wrong[0]}`;
}

/** P2: nothing is counted twice without a cause; a refresh is one. */
function countedTwice({ background }: Way, { ghost }: State): string | undefined {
  if (ghost.excused) return undefined;
  const most = background === 'refresh' ? 2 : 1;
  const counted = Object.entries(ghost.counted).find(([, times]) => times > most);
  return counted && `P2: ${counted[0]} was counted ${counted[1]} times`;
}

/** P4: a dismissal stops a computation if and only if nobody else waits for it. */
function wrongLeave(request: string, before: State, after: State): string | undefined {
  for (const [id, { waiters, nobody }] of Object.entries(before.computation)) {
    if (!waiters.includes(request)) continue;
    const isWanted = nobody === true || waiters.some((other) => other !== request);
    if (isWanted !== (after.computation[id] !== undefined)) {
      return `P4: the dismissal of ${request} ${isWanted ? 'stopped' : 'did not stop'} ${id}`;
    }
  }
  return undefined;
}

/** P5: the end of a computation that holds nothing changes no book. */
function wrongEffect(id: string, before: State, after: State): string | undefined {
  if (before.computation[id]) return undefined;
  const books = ({ computation, computing, ended }: State) => JSON.stringify([computation, computing, ended]);
  return books(before) === books(after) ? undefined : `P5: ${id} held nothing, and its end had an effect`;
}
