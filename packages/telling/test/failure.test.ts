import { failureText, publicMessageOf, readFailure } from '../src/index.ts';

class ClosedError extends Error {
  readonly publicMessage = 'the counter is closed today';
}

it('what clients hear and what the log tells cross as one text', () => {
  const text = failureText(new ClosedError('no key to /var/counter'));
  expect(readFailure(text)).toEqual({ told: 'the counter is closed today', cause: 'no key to /var/counter' });
  const plain = Object.assign(new Error('too long'), { publicMessage: 'too long' });
  expect(readFailure(failureText(plain))).toEqual({ told: 'too long', cause: 'too long' });
  const lines = Object.assign(new Error('a\nb\nc'), { publicMessage: 'x\ny' });
  expect(readFailure(failureText(lines))).toEqual({ told: 'x y', cause: 'a\nb\nc' });
});

it('an error tells nothing by itself', () => {
  for (const error of [new Error('/etc/shadow'), 'text', undefined, { publicMessage: 'no error' }]) {
    expect(publicMessageOf(error)).toBeUndefined();
    expect(readFailure(failureText(error)).told).toBeUndefined();
  }
  expect(readFailure('ENOENT: /etc/shadow')).toEqual({ told: undefined, cause: 'ENOENT: /etc/shadow' });
});

it('what caused an error may tell for it', () => {
  const wrapped = new Error('raster a: /var/a.tif: closed', { cause: new ClosedError('no key') });
  expect(readFailure(failureText(wrapped))).toEqual({
    told: 'the counter is closed today',
    cause: 'raster a: /var/a.tif: closed',
  });
});

it('a text that has crossed before crosses again as it is', () => {
  const text = failureText(new ClosedError('no key'));
  expect(failureText(Object.assign(new Error(text), { publicMessage: 'another' }))).toBe(text);
});
