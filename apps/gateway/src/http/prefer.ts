/** The preferences in a Prefer header (RFC 7240) about when to answer. */
export interface Preferences {
  readonly respondAsync: boolean;
  /** A word outside the RFC that some clients of OGC API – Processes send. */
  readonly respondSync: boolean;
  readonly waitSeconds?: number;
}

/**
 * Reads a header. As the RFC says, unknown words and wrong numbers are ignored, and the first of
 * several counts.
 */
export function parsePrefer(header = ''): Preferences {
  const words = header.split(/[,;]/).map((word) => word.trim().toLowerCase());
  const wait = words.map((word) => /^wait\s*=\s*"?(\d{1,9})"?$/.exec(word)?.[1]).find((seconds) => seconds);
  return {
    respondAsync: words.includes('respond-async'),
    respondSync: words.includes('respond-sync'),
    ...(wait !== undefined && { waitSeconds: Number(wait) }),
  };
}

interface ModeOptions {
  /**
   * Whether the process declares sync-execute: it is then the mode without a preference
   * (/req/core/process-execute-default-execution-mode).
   */
  readonly syncByDefault: boolean;
  /** The longest wait that is granted. */
  readonly limitSeconds: number;
}

/**
 * The seconds that a client waits for the result before it gets the status; 0: it does not wait.
 */
export function secondsToWait(preferences: Preferences, { syncByDefault, limitSeconds }: ModeOptions): number {
  const { respondAsync, respondSync, waitSeconds } = preferences;
  if (waitSeconds !== undefined) return Math.min(waitSeconds, limitSeconds);
  if (respondAsync) return 0;
  return respondSync || syncByDefault ? limitSeconds : 0;
}

/** The preferences that were honoured: the value of Preference-Applied, or undefined. */
export function preferencesApplied(
  { respondAsync, respondSync, waitSeconds }: Preferences,
  { waited, ended }: { readonly waited: number; readonly ended: boolean },
): string | undefined {
  const honoured = [
    ...(respondAsync && !ended ? ['respond-async'] : []),
    ...(respondSync && ended ? ['respond-sync'] : []),
    ...(waitSeconds !== undefined && waited > 0 ? [`wait=${waited}`] : []),
  ];
  return honoured.length > 0 ? honoured.join(', ') : undefined;
}
