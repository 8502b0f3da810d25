/** One computation of a key at a time in this process, which all readers share. */
export interface Flights<Result> {
  /**
   * Joins the key's flight, or starts one; one of another `mark` is not joined. Nobody waits
   * longer than `milliseconds` for a flight that another one started, counted from its start: who
   * has waited so long starts one, and `task` hears that.
   */
  join(
    key: string,
    milliseconds: number,
    task: (hasWaited: boolean) => Promise<Result>,
    mark?: string,
  ): Promise<Result>;
  /** Starts a flight whether or not there is one; later readers join the new one. */
  start(key: string, milliseconds: number, task: () => Promise<Result>, mark?: string): Promise<Result>;
  /** Whether there is a flight that would be joined. */
  isUnderWay(key: string, mark?: string): boolean;
  /** Later readers do not join the present flight. */
  forget(key: string): void;
}

interface Flight<Result> {
  readonly mark: string;
  readonly result: Promise<Result>;
  /** Resolves when it is no longer worth waiting for. */
  readonly over: Promise<void>;
}

const longestTimer = 2 ** 31 - 1;

export function singleFlight<Result>(): Flights<Result> {
  const flights = new Map<string, Flight<Result>>();

  const joinable = (key: string, mark: string) => {
    const flight = flights.get(key);
    return flight?.mark === mark ? flight : undefined;
  };
  const start: Flights<Result>['start'] = (key, milliseconds, task, mark = '') => {
    const { promise: over, resolve: giveUp } = Promise.withResolvers<void>();
    const result = task();
    const flight = { mark, result, over };
    const leave = () => {
      if (flights.get(key) === flight) flights.delete(key);
    };
    const late = () => {
      leave();
      giveUp();
    };
    const timer = setTimeout(late, Math.min(milliseconds, longestTimer));
    // It is nothing to wait for in a process that could end.
    timer.unref();
    const land = () => {
      clearTimeout(timer);
      leave();
    };
    flights.set(key, flight);
    result.then(land, land);
    return result;
  };
  return {
    start,
    isUnderWay: (key, mark = '') => joinable(key, mark) !== undefined,
    join: async (key, milliseconds, task, mark = '') => {
      for (let hasWaited = false; ; hasWaited = true) {
        const flight = joinable(key, mark);
        if (!flight) return start(key, milliseconds, () => task(hasWaited), mark);
        const landed = await Promise.race([flight.result.then((value) => ({ value })), flight.over]);
        if (landed) return landed.value;
      }
    },
    forget: (key) => {
      flights.delete(key);
    },
  };
}
