import type { Finding } from '../machine/requirements.ts';

/** What the keeper of backups says of itself. Times are seconds since 1970. */
export type Backups = {
  /** End of the newest good backup; 0 where there is none. */
  newest: number;
  failures: number;
  /** When the keeper was made: a new one has not got round to it yet. */
  since: number;
};

const figure = (text: string, name: string): number => Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1] ?? 0);

/** Reads the keeper's metrics page. */
export const parseBackups = (text: string, since: number): Backups => ({
  newest: figure(text, 'backup_last_success_timestamp_seconds'),
  failures: figure(text, 'backup_failures_total'),
  since,
});

const hour = 3_600;
/** What a backup itself may take, beyond the time until it is due. */
const allowance = 2;
const remedy = 'docker compose logs --tail 50 backup';

/** Whether there is a backup, young enough that the next one was not missed. `hours`: from one to the next. */
export function findMissingBackups({ newest, failures, since }: Backups, hours: number, now: number): Finding[] {
  const age = Math.floor((now - newest) / hour);
  if (newest > 0)
    return age < hours + allowance ? [] : [{ kind: 'wrong', what: `the last backup is ${age} h old`, remedy }];
  const late = failures > 0 || now - since > hour;
  return [{ kind: late ? 'wrong' : 'warning', what: 'there is no backup yet', remedy }];
}
