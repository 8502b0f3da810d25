import { clientSettings } from '../src/client-settings.ts';

describe('the settings of a client', () => {
  it('leave everything to the AWS SDK that is not given', () => {
    expect(clientSettings({})).toEqual({
      forcePathStyle: false,
      requestChecksumCalculation: 'WHEN_REQUIRED',
      responseChecksumValidation: 'WHEN_REQUIRED',
    });
  });

  it('name a region for a service at an endpoint of its own', () => {
    const endpoint = 'http://localhost:9000';
    expect(clientSettings({ endpoint, pathStyle: true })).toMatchObject({
      endpoint,
      region: 'us-east-1',
      forcePathStyle: true,
    });
    expect(clientSettings({ endpoint, region: 'here' })).toMatchObject({ endpoint, region: 'here' });
  });
});
