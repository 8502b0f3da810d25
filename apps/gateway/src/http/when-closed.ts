interface Answer {
  once(event: 'close', listener: () => void): unknown;
}

const waiting = new WeakMap<Answer, (() => void)[]>();

/**
 * Calls a function once an answer is over: sent, or its client has left. All functions of an answer
 * share one listener, as Node warns of more than ten.
 */
export function whenClosed(response: Answer, call: () => void): void {
  const known = waiting.get(response);
  if (known) {
    known.push(call);
    return;
  }
  const calls = [call];
  waiting.set(response, calls);
  response.once('close', () => {
    for (const one of calls) one();
  });
}
