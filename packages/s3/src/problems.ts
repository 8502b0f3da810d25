import type { S3Url } from './s3-url.ts';

/** An error of the AWS SDK: the answer of a service, or a failure to reach it. */
export type ServiceError = Partial<Pick<NodeJS.ErrnoException, 'name' | 'message' | 'code'>> & {
  readonly $metadata?: { readonly httpStatusCode?: number };
  readonly $response?: { readonly headers?: Readonly<Record<string, string>> };
  /** The region that the service expects. */
  readonly Region?: string;
  /** The class of an archived object. */
  readonly StorageClass?: string;
};

/** The codes of services that accept no more, or never have accepted, the credentials. */
const refusals = ['InvalidAccessKeyId', 'SignatureDoesNotMatch', 'InvalidToken', 'UnrecognizedClientException'];
const expiries = ['ExpiredToken', 'ExpiredTokenException', 'TokenRefreshRequired'];
const skews = ['RequestTimeTooSkewed', 'RequestExpired'];

/** Tells whether a service has refused the credentials, so that others may be accepted. */
export function areRefused(error: unknown): boolean {
  return [...refusals, ...expiries].includes((error as ServiceError).name ?? '');
}

/**
 * Tells whether a service has refused a request for its time. The SDK has corrected its clock by
 * the answer, so another attempt may succeed.
 */
export function isSkewed({ name = '' }: ServiceError): boolean {
  return skews.includes(name);
}

/** The answer to callers without a right, and often to those who ask for what does not exist. */
export const accessDenied = 'access denied';

/**
 * Why a service refuses a request, as far as its code says so; undefined for other failures. Only
 * codes are told, because the message of an answer may repeat the request.
 */
export function refusalBy(error: ServiceError, { bucket }: Pick<S3Url, 'bucket'>): string | undefined {
  const { name = '', $metadata, StorageClass = '' } = error;
  if (name === 'NoSuchBucket') return `there is no bucket ${bucket}`;
  if (name === 'NoSuchKey') return 'there is no such object';
  if (expiries.includes(name)) return `its credentials have expired (${name}), and no newer ones were found`;
  if (areRefused(error)) return `its credentials are refused (${name})`;
  if (isSkewed(error)) return skewText(error);
  if (name === 'InvalidObjectState')
    return `it is archived${archiveOf(StorageClass)}: restore it, or copy it to a class that can be read at once`;
  const region = regionIn(error);
  if (region !== undefined)
    return `its bucket is in the region ${region}, expected region=${region} in its URL (or AWS_REGION)`;
  if (name === 'CredentialsProviderError') return 'there are no credentials where the AWS SDKs look for them';
  if ($metadata?.httpStatusCode === 403) return accessDenied;
  return error.message === 'Region is missing'
    ? 'no region is known, expected one in its URL (region=…) or in AWS_REGION'
    : undefined;
}

function archiveOf(storageClass: string): string {
  return /^[A-Z_]+$/.test(storageClass) ? ` (storage class ${storageClass})` : '';
}

/** The region of the bucket, if the service has told it because the request went to another one. */
function regionIn({ name = '', Region, $metadata, $response }: ServiceError): string | undefined {
  const isElsewhere = [301, 307].includes($metadata?.httpStatusCode ?? 0) || regional.includes(name);
  const region = $response?.headers?.['x-amz-bucket-region'] ?? Region ?? '';
  return isElsewhere && /^[a-z0-9-]+$/.test(region) ? region : undefined;
}

const regional = ['AuthorizationHeaderMalformed', 'IllegalLocationConstraintException', 'PermanentRedirect'];

function skewText({ name, $response }: ServiceError): string {
  const seconds = Math.round((Date.now() - Date.parse($response?.headers?.date ?? '')) / 1000);
  const [by, where] = [Math.abs(seconds), seconds > 0 ? 'ahead of' : 'behind'];
  const clocks = Number.isNaN(seconds) ? 'differs too much from' : `is ${by} s ${where}`;
  return `the clock of this machine ${clocks} that of its server (${name}): set both clocks (NTP)`;
}
