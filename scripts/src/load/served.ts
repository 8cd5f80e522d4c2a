import { waitUntil } from '../platform/wait-until.ts';

/** Who is told to come again in a second does so, for as long as a store or a load may take to be over. */
const again = { every: 1_000, within: 15_000, now: Date.now };

/** The first answer that is not 503, or the last one. */
export async function askUntilServed(ask: () => Promise<Response>): Promise<Response> {
  const served = async (): Promise<Response | undefined> => {
    const response = await ask();
    if (response.status !== 503) return response;
    await response.body?.cancel();
    return undefined;
  };
  return (await waitUntil(served, again)) ?? (await ask());
}
