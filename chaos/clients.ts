import { pause } from '../test/way/wait.ts';
import type { Member } from './processes.ts';
import type { Random } from './random.ts';
import type { Report } from './report.ts';
import type { Request } from './requests.ts';

/** A request that a gateway has accepted. */
export interface Accepted {
  readonly id: string;
  readonly request: Request;
  /** Epoch milliseconds. */
  readonly from: number;
}

/** The answer that a client has to a request in the end. */
export type Learned =
  | { readonly status: 'successful'; readonly body: unknown }
  | { readonly status: 'failed' | 'dismissed' | 'gone'; readonly message: string };

export interface Clients {
  /** Sends a request; undefined where no gateway has said that it is accepted. */
  send(request: Request): Promise<Accepted | undefined>;
  /** Asks until a request has ended. Undefined: it is late. */
  learn(accepted: Accepted, isLate: () => boolean): Promise<Learned | undefined>;
  dismiss(accepted: Accepted): Promise<void>;
  /** The JSON of an admin route. */
  admin(path: string): Promise<unknown>;
}

export const adminToken = 'the-token-of-the-operator';
const mostMillisecondsToAnswer = 30_000;

interface Answer {
  readonly status: number;
  readonly text: string;
  readonly location: string | null;
}

/** Clients of gateways that come and go. */
export function openClients(gateways: readonly Member[], random: Random, report: Report): Clients {
  const ask = async (path: string, init: RequestInit = {}): Promise<Answer | undefined> => {
    const signal = AbortSignal.timeout(mostMillisecondsToAnswer);
    const { said } = random.pick(gateways).running;
    const from = Date.now();
    try {
      const response = await fetch(`${said}${path}`, { ...init, signal });
      const { status, headers } = response;
      return { status, text: await response.text(), location: headers.get('location') };
    } catch (error) {
      const what = signal.aborted ? 'without an answer within 30 s' : 'connection lost';
      report.count(what);
      if (!report.had('disturbs', from, Date.now())) {
        report.violations.push(`${path}: ${what} in peace: ${String((error as Error).cause)}`);
      }
      return undefined;
    }
  };
  const say = (path: string, { status, text }: Answer) =>
    report.violations.push(`${path} was answered ${status} ${text.slice(0, 300)} ${logOf(gateways, text)}`);

  return {
    send: async (request) => {
      const from = Date.now();
      const { process, inputs, wait } = request;
      const headers = { 'content-type': 'application/json', ...(wait !== undefined && { prefer: `wait=${wait}` }) };
      const path = `/api/processes/${process}/execution`;
      const answer = await ask(path, { method: 'POST', headers, body: JSON.stringify({ inputs }) });
      if (answer?.location) return { id: answer.location.split('/').at(-1) as string, request, from };
      if (!answer) return undefined;
      report.count(`refused with ${answer.status}`);
      const kinds = answer.status === 503 ? (['disturbs', 'loses'] as const) : (['spoils'] as const);
      if (!kinds.some((what) => report.had(what, from, Date.now()))) say(path, answer);
      return undefined;
    },
    learn: async ({ id }, isLate) => {
      for (let rest = 50; !isLate(); rest = Math.min(1000, 1.5 * rest)) {
        const learned = await look(id);
        if (learned) return learned;
        await pause(rest);
      }
      return undefined;
    },
    dismiss: async ({ id }) => void (await ask(`/api/jobs/${id}`, { method: 'DELETE' })),
    admin: async (path) => {
      const answer = await ask(path, { headers: { authorization: `Bearer ${adminToken}` } });
      if (answer?.status !== 200) return undefined;
      return JSON.parse(answer.text) as unknown;
    },
  };

  async function look(id: string): Promise<Learned | undefined> {
    const path = `/api/jobs/${id}`;
    const answer = await ask(path);
    if (!answer || answer.status === 503) return undefined;
    const { status, message = '', detail = '' } = parsed(answer);
    if (answer.status === 404) return { status: 'gone', message: detail };
    if (answer.status !== 200) say(path, answer);
    if (status === 'failed' || status === 'dismissed') return { status, message };
    return status === 'successful' ? resultOf(`${path}/results`) : undefined;
  }

  async function resultOf(path: string): Promise<Learned | undefined> {
    const answer = await ask(path);
    if (!answer || answer.status === 503) return undefined;
    if (answer.status === 200) return { status: 'successful', body: JSON.parse(answer.text) };
    if (answer.status === 410) return { status: 'gone', message: parsed(answer).detail ?? '' };
    // Its data were lost just now: the next look tells.
    if (answer.status !== 404) say(path, answer);
    return undefined;
  }
}

/** The lines of the log that tell of an error which a client was not told. */
function logOf(gateways: readonly Member[], text: string): string {
  const id = /under request ([\w-]+)/.exec(text)?.[1];
  const lines = gateways.flatMap(({ running }) => running.output().split('\n'));
  return id === undefined
    ? ''
    : lines
        .filter((line) => line.includes(id))
        .join(' ')
        .slice(0, 1500);
}

function parsed({ text }: Answer): Partial<Record<'status' | 'message' | 'detail', string>> {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}
