import { labels } from './labels.ts';

/** What the gate knows of a container that a call is about. */
export type Target = { project: string | undefined; service: string | undefined };

/** What a permitted call still has to satisfy before it may pass. */
export type Check =
  | { kind: 'none' }
  | { kind: 'list'; filters: string }
  | { kind: 'project'; id: string }
  | { kind: 'replica'; id: string }
  | { kind: 'edge'; id: string }
  | { kind: 'create' }
  | { kind: 'command'; id: string };

export type Verdict = { kind: 'refused' } | { kind: 'allowed'; check: Check };

const id = '([A-Za-z0-9][A-Za-z0-9_.-]*)';
const rule = (method: string, path: string, check: (id: string, query: URLSearchParams) => Check | undefined) => ({
  method,
  pattern: new RegExp(`^(?:/v1\\.\\d+)?${path}$`),
  check,
});
const free = (): Check => ({ kind: 'none' });
const ofProject = (target: string): Check => ({ kind: 'project', id: target });
const ofReplica = (target: string): Check => ({ kind: 'replica', id: target });

const reading = [
  rule('GET', '/_ping', free),
  rule('HEAD', '/_ping', free),
  rule('GET', '/version', free),
  rule('GET', '/containers/json', (_none, query) => ({ kind: 'list', filters: query.get('filters') ?? '' })),
  rule('GET', `/containers/${id}/json`, ofProject),
  rule('GET', `/containers/${id}/stats`, ofProject),
  rule('GET', `/containers/${id}/top`, ofProject),
  rule('GET', '/images/([A-Za-z0-9][A-Za-z0-9_.:/@-]*)/json', free),
];

const signals: Record<string, (target: string) => Check> = {
  SIGHUP: (target) => ({ kind: 'edge', id: target }),
  SIGTERM: ofReplica,
};

const writing = [
  rule('POST', '/containers/create', () => ({ kind: 'create' })),
  rule('POST', `/containers/${id}/start`, ofReplica),
  rule('POST', `/containers/${id}/kill`, (target, query) => signals[query.get('signal') ?? '']?.(target)),
  rule('DELETE', `/containers/${id}`, ofReplica),
  rule('POST', `/containers/${id}/exec`, (target) => ({ kind: 'command', id: target })),
  rule('POST', '/exec/([0-9a-f]{64})/start', free),
  rule('GET', '/exec/([0-9a-f]{64})/json', free),
];

/**
 * Whether a call to the Docker Engine is one that the autoscaler makes, and what has to be looked at before it passes.
 * Anything unknown is refused. `readOnly` is the gate for those who only look.
 */
export function permit(method: string, url: string, readOnly: boolean): Verdict {
  const { pathname, searchParams } = new URL(url, 'http://engine');
  const path = decodeURIComponent(pathname);
  for (const { method: verb, pattern, check } of readOnly ? reading : [...reading, ...writing]) {
    const match = verb === method ? pattern.exec(path) : null;
    if (!match || path.includes('..')) continue;
    const found = check(match[1] ?? '', searchParams);
    return found ? { kind: 'allowed', check: found } : { kind: 'refused' };
  }
  return { kind: 'refused' };
}

/** Whether a container is one that this check lets be touched. */
export function isTarget(
  check: Check,
  target: Target,
  names: { project: string; service: string; edgeService: string },
): boolean {
  if (target.project !== names.project) return false;
  if (check.kind === 'project') return true;
  if (check.kind === 'replica') return target.service === names.service;
  return (check.kind === 'edge' || check.kind === 'command') && target.service === names.edgeService;
}

/** Whether a list is asked of this project only. */
export function isListOfProject(filters: string, project: string): boolean {
  try {
    const { label } = JSON.parse(filters) as { label?: unknown };
    return Array.isArray(label) && label.includes(`${labels.project}=${project}`);
  } catch {
    return false;
  }
}
