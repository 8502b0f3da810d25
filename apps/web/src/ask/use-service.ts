import { useEffect, useState } from 'preact/hooks';
import { client, type LandingPage } from '../api.ts';

let asked: Promise<LandingPage> | undefined;

/** The service's words about itself. It is asked once; undefined: it does not answer. */
export function readService(): Promise<LandingPage | undefined> {
  asked ??= client.landing();
  return asked.catch(() => {
    asked = undefined;
    return undefined;
  });
}

/** The service's words about itself; undefined until they are read. */
export function useService(): LandingPage | undefined {
  const [service, setService] = useState<LandingPage>();
  useEffect(() => void readService().then(setService), []);
  return service;
}
