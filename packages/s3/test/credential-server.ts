import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** The credentials that a server gives to those who ask. */
export interface Given {
  accessKeyId: string;
  secretAccessKey: string;
}

/**
 * A server that gives credentials as the metadata of a machine, as those of a container, and as the
 * service that takes tokens of a web identity. All of them last for hours.
 */
export async function credentialServer(given: Given) {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const path = request.url ?? '';
    asked.push(`${request.method} ${path}`);
    if (path === '/latest/api/token')
      return response.setHeader('x-aws-ec2-metadata-token-ttl-seconds', 900).end('token');
    if (/\/iam\/security-credentials\/$/.test(path)) return response.end('reader');
    if (request.method === 'POST') return response.setHeader('content-type', 'text/xml').end(assumed(given));
    return response.setHeader('content-type', 'application/json').end(JSON.stringify(document(given)));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    asked,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const inHours = () => new Date(Date.now() + 6 * 3_600_000).toISOString();

function document({ accessKeyId, secretAccessKey }: Given) {
  const common = {
    AccessKeyId: accessKeyId,
    SecretAccessKey: secretAccessKey,
    Token: 'session',
    Expiration: inHours(),
  };
  return { Code: 'Success', Type: 'AWS-HMAC', LastUpdated: new Date().toISOString(), ...common };
}

function assumed({ accessKeyId, secretAccessKey }: Given): string {
  return `<AssumeRoleWithWebIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
  <AssumeRoleWithWebIdentityResult>
    <AssumedRoleUser><Arn>arn:aws:sts::123456789012:assumed-role/reader/s</Arn><AssumedRoleId>A:s</AssumedRoleId></AssumedRoleUser>
    <Credentials>
      <AccessKeyId>${accessKeyId}</AccessKeyId>
      <SecretAccessKey>${secretAccessKey}</SecretAccessKey>
      <SessionToken>session</SessionToken>
      <Expiration>${inHours()}</Expiration>
    </Credentials>
  </AssumeRoleWithWebIdentityResult>
  <ResponseMetadata><RequestId>1</RequestId></ResponseMetadata>
</AssumeRoleWithWebIdentityResponse>`;
}
