export { openS3Client } from './client.ts';
export type { S3Service } from './client-settings.ts';
export { accessDenied, isSkewed, refusalBy, type ServiceError } from './problems.ts';
export { readS3Url, type S3Url } from './s3-url.ts';
