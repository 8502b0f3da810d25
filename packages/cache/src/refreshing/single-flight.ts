/** One computation of a key at a time in this process, which all who ask for it share. */
export interface Flights<Result> {
  /**
   * Joins the key's flight, or starts one. Nobody waits longer than `milliseconds` for a flight that another one started, counted from
   * its start: who has waited so long starts one, and `task` hears that.
   */
  join(key: string, milliseconds: number, task: (hasWaited: boolean) => Promise<Result>): Promise<Result>;
  /** Starts a flight whether or not there is one; who comes later joins the new one. */
  start(key: string, milliseconds: number, task: () => Promise<Result>): Promise<Result>;
  /** Who comes from now on does not join the flight that there is. */
  forget(key: string): void;
}

interface Flight<Result> {
  readonly result: Promise<Result>;
  /** Resolves when it is no longer worth waiting for. */
  readonly over: Promise<void>;
}

const longestTimer = 2 ** 31 - 1;

export function singleFlight<Result>(): Flights<Result> {
  const flights = new Map<string, Flight<Result>>();

  const start: Flights<Result>['start'] = (key, milliseconds, task) => {
    const { promise: over, resolve: giveUp } = Promise.withResolvers<void>();
    const result = task();
    const flight = { result, over };
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
    join: async (key, milliseconds, task) => {
      for (let hasWaited = false; ; hasWaited = true) {
        const flight = flights.get(key);
        if (!flight) return start(key, milliseconds, () => task(hasWaited));
        const landed = await Promise.race([flight.result.then((value) => ({ value })), flight.over]);
        if (landed) return landed.value;
      }
    },
    forget: (key) => {
      flights.delete(key);
    },
  };
}
