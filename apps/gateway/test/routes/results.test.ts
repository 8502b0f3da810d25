import { gunzipSync, gzipSync } from 'node:zlib';
import type { AnswerForm, RequestStatus, Shelved } from '@cellshed/jobs';
import Fastify from 'fastify';
import { answerProblems } from '../../src/problems/problem.ts';
import type { Outputs } from '../../src/processes/processes.ts';
import { sendJson, sendOutputs } from '../../src/routes/results.ts';

const text = JSON.stringify({ groups: Array.from({ length: 5000 }, (_, i) => ({ values: [i], cells: i })) });
const packed: Shelved = { bytes: gzipSync(text), encoding: 'gzip' };
const plain: Shelved = { bytes: Buffer.from('"short"'), encoding: undefined };

/** Sends a packed output and a plain one in a form. */
async function sent(form: AnswerForm, headers: Record<string, string> = {}) {
  const outputs: Outputs = new Map([
    ['result', packed],
    ['note', plain],
  ]);
  const status: RequestStatus = {
    ...{ id: '1', operation: 'count', answer: form, state: 'successful', cache: 'hit', createdAt: 0 },
  };
  const app = Fastify();
  answerProblems(app);
  app.get('/', async (_request, reply) => sendOutputs(reply, status, { outputs, url: 'http://here/results' }));
  app.get('/output', async (_request, reply) => sendJson(reply, packed));
  const answer = await app.inject({ url: '/', headers });
  await app.close();
  return answer;
}

const one: AnswerForm = { response: 'raw', outputs: { result: 'value' } };

it.each(['gzip', 'gzip, deflate, br', 'br;q=1.0, GZIP;q=0.8'])(
  'a large result is sent as it lies on the shelf to who takes %s',
  async (accepted) => {
    const { rawPayload, headers } = await sent(one, { 'accept-encoding': accepted });
    expect(headers).toMatchObject({ 'content-encoding': 'gzip', vary: 'accept-encoding' });
    expect(rawPayload.equals(packed.bytes)).toBe(true);
    expect(gunzipSync(rawPayload).toString()).toBe(text);
  },
);

it.each([{}, { 'accept-encoding': 'br' }, { 'accept-encoding': 'gzip;q=0' }])(
  'and unpacked on the way to who does not: %j',
  async (headers) => {
    const answer = await sent(one, headers as Record<string, string>);
    expect(answer.headers['content-encoding']).toBeUndefined();
    expect(answer.headers['content-type']).toMatch(/^application\/json/);
    expect(answer.body).toBe(text);
  },
);

it('in a document it stands beside the others', async () => {
  const { body } = await sent({ response: 'document', outputs: { result: 'value', note: 'value' } });
  expect(JSON.parse(body)).toEqual({
    result: { mediaType: 'application/json', value: JSON.parse(text) },
    note: 'short',
  });
});

it('of several parts it is one', async () => {
  const { body, headers } = await sent({ response: 'raw', outputs: { note: 'value', result: 'value' } });
  expect(headers['content-type']).toMatch(/^multipart\/related/);
  expect(body).toContain(`Content-ID: <result>\r\nContent-Type: application/json\r\n\r\n${text}\r\n--catchment-1--`);
});
