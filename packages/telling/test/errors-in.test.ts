import { errorsIn } from '../src/index.ts';

it('lists an error and what led to it', () => {
  const [reset, refused] = [new Error('reset'), new Error('refused')];
  const both = new AggregateError([reset, refused, 'no error'], 'both');
  const told = new Error('told', { cause: both });
  expect(errorsIn(told)).toEqual([told, both, reset, refused]);
  const transaction = Object.assign(new Error('EXECABORT'), { previousErrors: [refused] });
  expect(errorsIn(transaction)).toEqual([transaction, refused]);
  const cluster = Object.assign(new Error('Failed to refresh slots cache.'), { lastNodeError: refused });
  expect(errorsIn(cluster)).toEqual([cluster, refused]);
});

it('lists nothing for what is no error', () => {
  for (const each of ['text', undefined, null, { message: 'no error' }]) expect(errorsIn(each)).toEqual([]);
});

it('lists each error once, though it leads to itself', () => {
  const error = Object.assign(new Error('Too many Cluster redirections'), { previousErrors: [] as Error[] });
  error.previousErrors.push(error, error);
  error.cause = new Error('cause', { cause: error });
  expect(errorsIn(error)).toEqual([error, error.cause]);
});
