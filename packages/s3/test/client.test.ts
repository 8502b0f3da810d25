import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { type S3Server, startS3 } from '../../cache/test/s3-server.ts';
import { openS3Client } from '../src/index.ts';
import { credentialServer, type Given } from './credential-server.ts';

const Bucket = 'rasters';
const folder = mkdtempSync(join(tmpdir(), 'catchment-credentials-'));
const inFolder = (name: string) => join(folder, name);
const [credentialsFile, configFile, tokenFile] = [inFolder('credentials'), inFolder('config'), inFolder('token')];
const before = { ...process.env };
let server: S3Server;

beforeAll(async () => {
  server = await startS3(Bucket);
  const admin = new S3Client({ endpoint: server.endpoint, region: 'us-east-1', forcePathStyle: true });
  await admin.send(new PutObjectCommand({ Bucket, Key: 'a', Body: 'cells' }));
  admin.destroy();
});

beforeEach(() => {
  for (const name of Object.keys(process.env)) if (name.startsWith('AWS_')) delete process.env[name];
  for (const file of [credentialsFile, configFile, tokenFile]) writeFileSync(file, '');
  Object.assign(process.env, { AWS_CONFIG_FILE: configFile, AWS_SHARED_CREDENTIALS_FILE: credentialsFile });
});

afterAll(async () => {
  process.env = before;
  rmSync(folder, { recursive: true });
  await server.stop();
});

const first: Given = { accessKeyId: 'BEFORE', secretAccessKey: 'BEFORE' };
const later: Given = { accessKeyId: 'S3RVER', secretAccessKey: 'S3RVER' };

const open = () => openS3Client({ S3Client }, { endpoint: server.endpoint, pathStyle: true }, { maxAttempts: 1 });

async function read(client: S3Client): Promise<string> {
  const { Body } = await client.send(new GetObjectCommand({ Bucket, Key: 'a' }));
  return (await Body?.transformToString()) ?? '';
}

/** Reads with credentials that are refused, changes them, and reads with the same client. */
async function readsOn(change: (given: Given) => void): Promise<void> {
  change(first);
  const client = open();
  await expect(read(client)).rejects.toThrow(expect.objectContaining({ name: 'InvalidAccessKeyId' }));
  change(later);
  expect(await Promise.all([read(client), read(client), read(client)])).toEqual(['cells', 'cells', 'cells']);
  client.destroy();
}

const profile = ({ accessKeyId, secretAccessKey }: Given) =>
  `[default]\naws_access_key_id = ${accessKeyId}\naws_secret_access_key = ${secretAccessKey}\n`;

describe('credentials that are replaced while a client is open are found', () => {
  it('in a file', async () => {
    await readsOn((given) => writeFileSync(credentialsFile, profile(given)));
  });

  it('by a process', async () => {
    const file = inFolder('process.json');
    writeFileSync(configFile, `[default]\ncredential_process = cat ${file}\n`);
    await readsOn(({ accessKeyId, secretAccessKey }) => {
      const found = { Version: 1, AccessKeyId: accessKeyId, SecretAccessKey: secretAccessKey };
      writeFileSync(file, JSON.stringify(found));
    });
  });

  it.each<[string, (url: string) => Record<string, string>, string]>([
    ['of the machine', (url) => ({ AWS_EC2_METADATA_SERVICE_ENDPOINT: url }), 'PUT /latest/api/token'],
    ['of the container', (url) => ({ AWS_CONTAINER_CREDENTIALS_FULL_URI: `${url}/pod` }), 'GET /pod'],
    [
      'of a web identity',
      (url) => ({
        AWS_ENDPOINT_URL_STS: url,
        AWS_WEB_IDENTITY_TOKEN_FILE: tokenFile,
        AWS_ROLE_ARN: 'arn:aws:iam::123456789012:role/reader',
      }),
      'POST /',
    ],
  ])('%s', async (_, variables, request) => {
    const given = { ...first };
    await using source = await credentialServer(given);
    writeFileSync(tokenFile, 'token');
    Object.assign(process.env, variables(source.url));
    await readsOn((next) => void Object.assign(given, next));
    // Requests that are refused at the same time ask once.
    expect(source.asked.filter((one) => one === request)).toHaveLength(3);
    expect(source.asked).toContain(request);
  });
});

it('credentials that are refused and not replaced are sent once', async () => {
  writeFileSync(credentialsFile, profile(first));
  const client = open();
  let sent = 0;
  client.middlewareStack.add(
    (next) => async (args) => {
      sent++;
      return next(args);
    },
    { step: 'initialize', priority: 'low' },
  );
  await expect(read(client)).rejects.toThrow(expect.objectContaining({ name: 'InvalidAccessKeyId' }));
  expect(sent).toBe(1);
  client.destroy();
});

it('a service of credentials that fails is not taken for S3', async () => {
  Object.assign(process.env, {
    AWS_ENDPOINT_URL_STS: server.endpoint,
    AWS_WEB_IDENTITY_TOKEN_FILE: tokenFile,
    AWS_ROLE_ARN: 'arn:aws:iam::123456789012:role/reader',
  });
  const client = open();
  await expect(read(client)).rejects.toThrow(/^its credentials cannot be renewed \(\w+\)$/);
  client.destroy();
});
