/** What a recorded series is, by its name without its window. */
const meanings: Readonly<Record<string, string>> = {
  'app:requests:rate': 'Requests that users made of the replicas',
  'app:errors:rate': 'Of these, those that ended in a server error',
  'app:errors:increase': 'How many ended in a server error',
  'edge:requests:rate': 'Requests at the edge, without those that nginx itself sends to https',
  'edge:errors:rate': 'Of these, server errors that nginx itself had to make',
  'app:latency_seconds:p50_':
    'Time that half of the requests of the replicas take at most, without bulk, import and export',
  'app:latency_seconds:p95_': 'The same of nineteen in twenty',
  'app:latency_seconds:p99_': 'The same of ninety-nine in a hundred',
  'machine:cpu_busy:ratio': 'Share of all CPU time that was used by somebody here',
  'slo:budget:ratio': 'Share of redirects that an objective allows to be bad',
  'slo:redirects:increase': 'Redirects at the edge',
  'slo:bad:ratio_rate': 'Share of redirects that miss an objective',
  'slo:budget_left:ratio': 'Share of the error budget of the month that is left; below 0 the objective is missed',
};

/** What a recorded series means, with its window in words; fails for one that nobody has described. */
export function meaningOf(record: string): string {
  const [, name = record, window] = /^(.*?)(\d+[smhd])$/.exec(record) ?? [];
  const meaning = meanings[name];
  if (meaning === undefined) throw new Error(`${record} has no meaning in documents/recorded.ts`);
  return window === undefined ? `${meaning}.` : `${meaning}, over ${window}.`;
}
