export { clientSettings, type S3Service } from './client-settings.ts';
export { readS3Url, type S3Url } from './s3-url.ts';
