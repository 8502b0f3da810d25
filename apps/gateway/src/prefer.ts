/** What a Prefer header (RFC 7240) says of when to answer. */
export interface Preferences {
  readonly respondAsync: boolean;
  /** Not in the RFC; some clients of OGC API – Processes send it. */
  readonly respondSync: boolean;
  readonly waitSeconds?: number;
}

/**
 * What is not known, or no number of seconds, is passed over, as the RFC says; of what comes twice
 * the first counts.
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
   * Whether the process declares sync-execute: then that is its mode where nothing is preferred
   * (/req/core/process-execute-default-execution-mode).
   */
  readonly syncByDefault: boolean;
  /** The longest wait that is granted. */
  readonly limitSeconds: number;
}

/** How long a client waits for the result itself before it gets the status; 0: not at all. */
export function secondsToWait(preferences: Preferences, { syncByDefault, limitSeconds }: ModeOptions): number {
  const { respondAsync, respondSync, waitSeconds } = preferences;
  if (waitSeconds !== undefined) return Math.min(waitSeconds, limitSeconds);
  if (respondAsync) return 0;
  return respondSync || syncByDefault ? limitSeconds : 0;
}

/** What of the preferences was honoured: the value of Preference-Applied, or undefined. */
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
