/**
 * A replica that was asked. `answeredAfter`: milliseconds from then to the beginning of its answer; absent where it gave
 * none, or the line does not say.
 */
export type Try = { address: string; status: number; answeredAfter?: number };

/** One request as the edge tells it: what the client got, what each tried replica said, and how many requests it stands for. */
export type EdgeRequest = {
  status: number;
  milliseconds: number;
  weight: number;
  /** Whether it asked for a redirect, or for anything else. */
  kind: 'redirect' | 'other';
  tries: Try[];
};

const pattern =
  /status=(\d{3}) time=([\d.]+) weight=(\d+) upstream_status="([^"]*)" upstream="([^"]*)"(?: kind=(\w+))?(?: upstream_header_time="([^"]*)")?/;
/** Of one tried replica, as almost always, there is nothing to part: this runs for each request. */
const partsOf = (list: string): string[] => (list.includes(' ') ? list.split(/, | : /) : [list]);

/** Whether a datagram says no more than that the edge can tell: it answers each question for its generation with one. */
export const isHeartbeat = (line: string): boolean => line.endsWith(' alive');

/**
 * Reads one syslog datagram of the edge; undefined if it is not one. nginx writes several tried replicas as lists parted
 * by commas, and by colons after an internal redirect.
 */
export function parseEdgeLine(line: string): EdgeRequest | undefined {
  const match = pattern.exec(line);
  if (!match) return undefined;
  const [, status = '', time = '', weight = '', statuses = '', addresses = '', kind, headerTimes = ''] = match;
  const answers = partsOf(statuses);
  const begun = partsOf(headerTimes);
  const tries = partsOf(addresses)
    .map((address, index): Try => {
      const status = Number.parseInt(answers[index] ?? '', 10) || 0;
      const seconds = Number.parseFloat(begun[index] ?? '');
      return Number.isNaN(seconds) ? { address, status } : { address, status, answeredAfter: seconds * 1_000 };
    })
    .filter(({ address }) => address !== '' && address !== '-');
  return {
    status: Number(status),
    milliseconds: Number(time) * 1_000,
    weight: Math.max(1, Number(weight)),
    kind: kind === 'redirect' ? 'redirect' : 'other',
    tries,
  };
}
