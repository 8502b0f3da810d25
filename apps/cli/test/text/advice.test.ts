import { withAdvice } from '../../src/text/advice.ts';

it('where a setting is missing, it is said what would set it', () => {
  const missing = 'QUEUE_REDIS_URL is not set (Redis of the queues)\nPORT is "x", expected a whole number';
  expect(withAdvice(missing)).toBe(
    `${missing}\nNo \`npm start\` runs in this folder, which would set them. All settings are in .env.example.`,
  );
  const other = 'the queue Redis does not answer (QUEUE_REDIS_URL)';
  expect(withAdvice(other)).toBe(other);
});

it('where no gateway answers says what starts one, and how another is named', () => {
  expect(withAdvice('no gateway answers at http://localhost:8080 (ECONNREFUSED)')).toBe(
    'no gateway answers at http://localhost:8080 (ECONNREFUSED)\n' +
      '`npm start` starts one in this folder; --url or CATCHMENT_URL names another.',
  );
});
