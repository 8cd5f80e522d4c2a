import { call } from '../support/api.ts';
import type { TestService } from '../support/service.ts';
import { startStopwatch } from '../support/stopwatch.ts';
import { until } from '../support/until.ts';

export type MadeLink = { id: number; code: string };
type Place = Pick<TestService, 'url'>;

/** A new link with a code of its own. */
export async function makeLink(service: Place, original: string, more: object = {}): Promise<MadeLink> {
  const { status, body } = await call(service, 'POST', '/urls', { original_url: original, ...more });
  if (status !== 201) throw new Error(`no link was made: ${status} ${JSON.stringify(body)}`);
  const { id, short_code: code } = body as { id: number; short_code: string };
  return { id, code };
}

/** Where a code leads on this replica: the Location, or the status where there is none. */
export async function leadsTo(service: Place, code: string): Promise<string | number> {
  const { status, headers } = await call(service, 'GET', `/${code}`);
  return headers.get('location') ?? status;
}

/** How many milliseconds a request for a code took, by a stopwatch that leaves out these servers' waits too. */
export async function timed(
  service: Place,
  code: string,
  ...servers: readonly (readonly number[])[]
): Promise<{ to: string | number; took: number }> {
  const elapsed = startStopwatch(...servers);
  const to = await leadsTo(service, code);
  return { to, took: elapsed() };
}

/** One series of /metrics, 0 where it does not exist. */
export async function metric(service: Place, series: string): Promise<number> {
  const text = await (await fetch(`${service.url}/metrics`)).text();
  const line = text.split('\n').find((each) => each.startsWith(`${series} `));
  return Number(line?.split(' ').at(-1) ?? 0);
}

/** Resolves when the replica trusts its own cache. */
export const leaseHeld = (service: Place): Promise<void> =>
  until(async () => (await metric(service, 'cache_lease_held')) === 1);

const localHits = 'cache_requests_total{layer="local",result="hit"}';

/** Asks for a code until the replica answers it from its own cache. */
export async function keptLocally(service: Place, code: string): Promise<void> {
  await leaseHeld(service);
  await until(async () => {
    const before = await metric(service, localHits);
    await leadsTo(service, code);
    return (await metric(service, localHits)) > before;
  });
}
