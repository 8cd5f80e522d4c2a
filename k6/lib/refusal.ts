/** What came, with headers as k6 names them. */
type Answer = { status: number; headers: Readonly<Record<string, string>> };

/**
 * Whether the service refused on purpose, having done nothing. That the edge found no replica to answer is a 503 with
 * Retry-After as well, and an outage; it says so by Proxy-Status (nginx/templates/edge.conf.template).
 */
export const isShed = ({ status, headers }: Answer): boolean =>
  (status === 429 || status === 503) && headers['Proxy-Status'] === undefined;

/**
 * Whether a redirect that was not answered with one may have left a click: a replica that broke off may have stored it, and
 * what came then is no word of that one's.
 */
export const mayBeDone = (answer: Answer): boolean => answer.status !== 404 && answer.status !== 410 && !isShed(answer);
