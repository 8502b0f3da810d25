import { defaultRegion, type S3Url } from './s3-url.ts';

/** The service of a URL, or of options that leave out what has a default. */
export type S3Service = Partial<Pick<S3Url, 'endpoint' | 'region' | 'pathStyle'>>;

/** The settings of an AWS SDK's client for a service. */
export function clientSettings({ endpoint, region = defaultRegion(endpoint), pathStyle = false }: S3Service) {
  return {
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(region === undefined ? {} : { region }),
    forcePathStyle: pathStyle,
    // Services other than Amazon's may not know the newer checksums.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
  } as const;
}
