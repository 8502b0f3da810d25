import { GatewayError } from '@cellshed/client';
import { growingPauses } from './way/wait.ts';

/** The number of questions after which a gateway is not merely late. */
const mostTimes = 100;

/**
 * The answer of a gateway, asked again as long as it says that it cannot answer now: one that stood
 * still takes its Redis for silent at first.
 */
export async function patiently<Answer>(question: () => Promise<Answer>): Promise<Answer> {
  const rest = growingPauses();
  for (let times = 1; ; times++) {
    try {
      return await question();
    } catch (error) {
      const isLate = error instanceof GatewayError && error.status === 503;
      if (!isLate || times === mostTimes) throw error;
    }
    await rest();
  }
}

/** The response of a gateway, asked again as `patiently` does. */
export function fetchPatiently(url: string, request?: RequestInit): Promise<Response> {
  return patiently(async () => {
    const response = await fetch(url, request);
    if (response.status === 503) throw new GatewayError(503, await response.text());
    return response;
  });
}
