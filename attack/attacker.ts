/** Sends attacks: counts the bytes, and gives up when the signal says so. */
export interface Attacker {
  readonly signal: AbortSignal;
  /** Sent so far: paths, headers that are not sent by themselves, bodies. */
  bytes(): number;
  request(path: string, options?: Sending): Promise<Answer>;
  /**
   * Asks for a process, and waits until its job has ended: how, or the status with which it was
   * refused.
   */
  execute(process: string, inputs: unknown): Promise<Answer>;
  /** Counts bytes that are sent in another way. */
  add(bytes: number): void;
}

export interface Sending {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Text, or what becomes JSON. */
  readonly body?: unknown;
}

export interface Answer {
  /** The HTTP status. */
  readonly status: number;
  readonly text: string;
  /** The status with which the job ended. */
  readonly ended?: string;
  readonly job?: string;
  /** `hit` or `miss`. */
  readonly cache?: string;
}

/** A connection that is kept would pass for one that the gateway leaves open. */
const notKept = { connection: 'close' };
const pollMilliseconds = 100;

export function attackerOf(url: string, signal: AbortSignal): Attacker {
  let bytes = 0;
  const request: Attacker['request'] = async (path, { method = 'GET', headers = {}, body } = {}) => {
    const text = body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
    bytes += path.length + Object.entries(headers).flat().join('').length + Buffer.byteLength(text ?? '');
    const json = text === undefined ? {} : { 'content-type': 'application/json' };
    const sent = {
      method,
      signal,
      headers: { ...notKept, ...json, ...headers },
      ...(text !== undefined && { body: text }),
    };
    const answer = await fetch(`${url}${path}`, sent);
    return { status: answer.status, text: await answer.text() };
  };
  const execute: Attacker['execute'] = async (process, inputs) => {
    const accepted = await request(`/api/processes/${process}/execution`, { method: 'POST', body: { inputs } });
    if (accepted.status !== 201) return accepted;
    const { jobID } = JSON.parse(accepted.text) as { jobID: string };
    for (;;) {
      const { text } = await fetch(`${url}/api/jobs/${jobID}`, { signal, headers: notKept }).then(async (answer) => ({
        text: await answer.text(),
      }));
      const { status, message, cache } = JSON.parse(text) as Record<string, string>;
      if (!['accepted', 'running'].includes(status as string))
        return { status: 201, text: message ?? '', ended: status as string, job: jobID, ...(cache && { cache }) };
      await new Promise((resolve) => setTimeout(resolve, pollMilliseconds));
      signal.throwIfAborted();
    }
  };
  return {
    ...{ signal, request, execute },
    bytes: () => bytes,
    add: (more) => {
      bytes += more;
    },
  };
}

/** The outcomes in a few words: `20 × 413, 3 × successful`; of a failure, the reason. */
export function summedUp(answers: readonly Answer[]): string {
  const [only] = answers;
  if (answers.length === 1 && only?.ended === 'failed') return `failed: ${only.text.slice(0, 120)}`;
  if (answers.length === 1 && only && only.status >= 400) return `${only.status}: ${detailIn(only.text).slice(0, 120)}`;
  const words = Map.groupBy(answers, ({ status, ended }) => ended ?? String(status));
  return Array.from(words, ([word, those]) => `${those.length > 1 ? `${those.length} × ` : ''}${word}`).join(', ');
}

/** The detail of a problem, whose text is JSON. */
function detailIn(text: string): string {
  return /"detail":"((?:[^"\\\\]|\\\\.)*)"/.exec(text)?.[1] ?? text;
}
