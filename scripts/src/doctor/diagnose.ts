import type { Finding } from '../machine/requirements.ts';
import { type Environment, tellsSomebody } from '../secrets/delivery.ts';
import type { Status } from '../stack/autoscaler.ts';
import type { Listed } from '../stack/compose.ts';

const restartLoop = 3;

const wrong = (what: string, remedy: string): Finding => ({ kind: 'wrong', what, remedy });
const warning = (what: string, remedy: string): Finding => ({ kind: 'warning', what, remedy });

/** Services that must run, without the replicas: those are the autoscaler's. */
export function findBrokenServices(containers: readonly Listed[], expected: readonly string[]): Finding[] {
  const logs = (service: string) => `docker compose logs --tail 50 ${service}`;
  const missing = expected
    .filter((service) => !containers.some((container) => container.service === service))
    .map((service) => wrong(`${service} is not there`, 'scripts/up'));
  const broken = containers
    .filter(({ service }) => expected.includes(service))
    .flatMap(({ service, state, health, restarts }) => {
      if (state !== 'running') return [wrong(`${service} is ${state}`, `scripts/up; ${logs(service)}`)];
      if (health === 'unhealthy') return [wrong(`${service} runs and does not answer`, logs(service))];
      if (restarts > restartLoop) return [warning(`${service} has been restarted ${restarts} times`, logs(service))];
      return [];
    });
  return [...missing, ...broken];
}

/** Whether every replica takes traffic and the autoscaler does what it should. */
export function findBrokenReplicas(status: Status | undefined): Finding[] {
  if (!status) return [wrong('the autoscaler does not answer', 'docker compose logs --tail 50 autoscaler gate')];
  const { decision, edge, paused, pinned, replicas, rollout } = status;
  const idle = replicas
    .filter(({ state }) => state !== 'serving' && state !== 'draining')
    .map(({ name, state, failure }) =>
      warning(`${name} takes no traffic: ${failure ?? state}`, `docker logs --tail 50 ${name}`),
    );
  const few = replicas.filter(({ state }) => state === 'serving').length < (decision?.desired ?? 0);
  return [
    ...idle,
    ...(few && !rollout
      ? [wrong('fewer replicas serve than are wanted', 'scripts/status; docker compose logs app')]
      : []),
    ...(edge && edge.state !== 'proven'
      ? [wrong(`nginx has not read the upstream: ${edge.state}`, 'docker compose exec nginx nginx -t')]
      : []),
    ...(paused ? [warning('the autoscaler is paused', 'scripts/scale auto')] : []),
    ...(pinned === null ? [] : [warning(`the number of replicas is pinned to ${pinned}`, 'scripts/scale auto')]),
  ];
}

/** Whether `.env` names the release that serves: somebody may have ended `scripts/release` while it went on. */
export function findForgottenRelease(status: Status | undefined, image: string | undefined): Finding[] {
  const serves = status?.release?.image;
  if (!serves || !image || status.rollout || serves === image) return [];
  return [warning(`.env names the release ${image}, and ${serves} serves`, `scripts/release ${serves}`)];
}

/** Whether alerts reach a person, where there is a monitoring that raises them. */
export function findUntold(containers: readonly Listed[], env: Environment): Finding[] {
  const watched = containers.some(({ service }) => service === 'alertmanager');
  if (!watched || tellsSomebody(env)) return [];
  const remedy = 'set SMTP_HOST and SMTP_TO, or DISCORD_WEBHOOK_URL, in .env; scripts/up';
  return [warning('NOBODY IS TOLD of alerts: they fire, and reach no person', remedy)];
}

/** What could be read of the inside; undefined where it could not. */
export type Inside = {
  /** Connections in use and at most, and whether it takes no changes. */
  postgres: { used: number; max: number; readOnly: boolean } | undefined;
  /** Migrations that the running release has and the database has not. */
  pending: readonly string[] | undefined;
  /** Whether the certificate is good for another week. */
  certificate: boolean | undefined;
  /** Sockets of replicas that nginx is told of and cannot see. */
  missingSockets: readonly string[] | undefined;
  /** Share of the disk that is free. */
  diskFree: number;
  clock: boolean | undefined;
  /** Whether a request through the edge was answered. */
  edge: boolean;
};

const fullPools = 0.85;
const fullDisk = 0.1;

/** An upgrade says so when it begins; one that was killed could not take it back. */
const unfreeze = ['alter system reset default_transaction_read_only', 'select pg_reload_conf()']
  .map((statement) => `-c '${statement}'`)
  .join(' ');
const readOnly = wrong(
  'Postgres takes no changes: an upgrade is under way, or was killed',
  `scripts/upgrade-postgres again; or docker compose exec postgres psql -U shortstack ${unfreeze}`,
);

/** What is wrong on the inside, or could not be looked at. */
export function findInside(inside: Inside): Finding[] {
  const { postgres, pending, certificate, missingSockets, clock, diskFree, edge } = inside;
  const full = postgres && postgres.used / postgres.max > fullPools;
  return [
    ...(edge ? [] : [wrong('nothing answers through nginx', 'docker compose logs --tail 50 nginx')]),
    ...(postgres ? [] : [wrong('Postgres cannot be asked', 'docker compose logs --tail 50 postgres')]),
    ...(full
      ? [wrong(`${postgres.used} of ${postgres.max} Postgres connections are used`, 'lower DATABASE_POOL_SIZE')]
      : []),
    ...(postgres?.readOnly ? [readOnly] : []),
    ...(pending && pending.length > 0
      ? [wrong(`migrations are pending: ${pending.join(', ')}`, 'scripts/release')]
      : []),
    ...(certificate === false
      ? [wrong('the certificate ends within a week', 'docker compose logs --tail 50 certificates')]
      : []),
    ...(certificate === undefined ? [wrong('the certificate cannot be read', 'scripts/up')] : []),
    ...(missingSockets && missingSockets.length > 0
      ? [
          wrong(
            `nginx does not see ${missingSockets.join(', ')}, which it is to ask`,
            'scripts/up; scripts/doctor again',
          ),
        ]
      : []),
    ...(diskFree < fullDisk ? [wrong(`${Math.round(diskFree * 100)} % of the disk are free`, 'docker system df')] : []),
    ...(clock === false ? [warning('the clock is not synchronised', 'timedatectl set-ntp true')] : []),
  ];
}
