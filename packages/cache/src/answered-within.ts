import { StoreError } from './store.ts';

/** What the call answers, or a `StoreError` once the time is over. The call itself goes on. */
export function answeredWithin<T>(milliseconds: number, call: Promise<T>, who = 'the store'): Promise<T> {
  return new Promise((resolve, reject) => {
    const late = () => reject(new StoreError(`${who} did not answer within ${milliseconds} ms`));
    const timer = setTimeout(late, milliseconds);
    // Not with `finally`: each promise more is paid at every read.
    call.then(
      (answer) => {
        clearTimeout(timer);
        resolve(answer);
      },
      (error) => {
        clearTimeout(timer);
        reject(error);
      },
    );
  });
}
