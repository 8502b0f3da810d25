interface Answer {
  once(event: 'close', listener: () => void): unknown;
  [calls]?: (() => void)[];
}

const calls = Symbol('calls when closed');

/**
 * Calls a function once an answer is over: sent, or its client has left. All functions of an answer
 * share one listener, as Node warns of more than ten.
 */
export function whenClosed(response: Answer, call: () => void): void {
  if (response[calls]) response[calls].push(call);
  else {
    const all = [call];
    response[calls] = all;
    response.once('close', () => {
      for (const one of all) one();
    });
  }
}
