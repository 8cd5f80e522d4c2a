import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { seriesOf } from '../../monitoring/src/documents/series.ts';
import { alerts } from '../../monitoring/src/rules/groups.ts';
import { followUntilAllShow, lowerMonitoring, prometheus, raiseMonitoring } from './support/monitoring.ts';
import { compose, mustScript, run } from './support/programs.ts';
import { panelQueries, query, wrongAnswers } from './support/queries.ts';
import { autoscaler, eventually, holdTwo, rest, stack, untilServing } from './support/stack.ts';

type Target = { labels: Record<string, string>; health: string; lastError: string };

async function targets(): Promise<Target[]> {
  const { data } = (await (await fetch(`${prometheus}/targets?state=active`)).json()) as {
    data: { activeTargets: Target[] };
  };
  return data.activeTargets;
}

type Firing = { labels: Record<string, string>; state: string };

async function firing(): Promise<string[]> {
  const { data } = (await (await fetch(`${prometheus}/alerts`)).json()) as { data: { alerts: Firing[] } };
  return data.alerts.filter(({ state }) => state === 'firing').map(({ labels }) => labels['alertname'] ?? '');
}

/** As a database is that is older than the role. */
const forgetRole = 'drop owned by shortstack_monitor; drop role shortstack_monitor';

beforeAll(async () => {
  await compose('exec', '-T', 'postgres', 'psql', '-qU', 'shortstack', '-c', forgetRole);
  await raiseMonitoring();
  // What the tests ask for is no load that replicas should come and go for.
  await holdTwo();
}, 600_000);

afterAll(async () => {
  await rest();
  await lowerMonitoring();
}, 300_000);

describe('monitoring of the stack', () => {
  test('every target answers, and each part is one', async () => {
    const jobs = [
      'alertmanager',
      'app',
      'autoscaler',
      'backup',
      'blackbox',
      'nginx',
      'node',
      'postgres',
      'prometheus',
      'redis',
    ];
    const allUp = async () => {
      const all = await targets();
      const seen = [...new Set(all.map(({ labels }) => labels['job']))].toSorted();
      return all.every(({ health }) => health === 'up') && seen.join() === jobs.join() ? true : undefined;
    };
    await eventually('every target answers', allUp, 120_000).catch(async (cause: unknown) => {
      const all = await targets();
      throw new Error(JSON.stringify(all.map(({ health, labels, lastError }) => [labels, health, lastError])), {
        cause,
      });
    });
  });

  test('a database that is older than the role of who looks at its figures → it has been added', async () => {
    await eventually('Postgres tells its figures', async () =>
      (await query(prometheus, 'pg_up == 1')).series === 1 ? true : undefined,
    );
  });

  test('no traffic → no query fails, and every panel has a series to show', async () => {
    // Rates need two samples; until then there is nothing to be seen.
    const wrong = async () => ((await wrongAnswers(prometheus, 0)).length === 0 ? true : undefined);
    await eventually('all have one', wrong, 60_000).catch(() => {});
    expect(await wrongAnswers(prometheus, 0)).toEqual([]);
  });

  test('after some requests → no panel is empty that should not be', async () => {
    // What needs longer is waited for in the long set.
    await followUntilAllShow(2);
  }, 240_000);

  test('the number of replicas changes → said on every board, with its reason', async () => {
    const [replicas] = panelQueries.filter(({ where }) => where === 'annotation: Replicas');
    await autoscaler.ask('pin', '3');
    await eventually('the annotation is there', async () =>
      (await query(prometheus, replicas?.expr ?? '')).series > 0 ? true : undefined,
    );
    await holdTwo();
    await untilServing(2);
  });

  test('every series that an alert looks at is there', async () => {
    const { data } = (await (await fetch(`${prometheus}/label/__name__/values`)).json()) as { data: string[] };
    const there = new Set(data);
    const looked = new Set(alerts.flatMap(({ expr }) => seriesOf(expr)));
    // Told from the first hour, failure, or backup on.
    const later = /^slo:bad:|^slo:redirects|^alertmanager_notifications_failed_total$|^backup_last/;
    expect([...looked].filter((name) => !there.has(name) && !later.test(name))).toEqual([]);
  });

  test('all is well → no alert but the watchdog', async () => {
    await untilServing(2);
    expect((await firing()).filter((name) => name !== 'Watchdog' && name !== 'HighCPU')).toEqual([]);
    expect(await firing()).toContain('Watchdog');
  });

  test('without Grafana → scripts/status begins with what the first row of its first board says', async () => {
    const lines = [/^alerts +none fires$/m, /^serving +2 replicas$/m, /^probe +.*answers/m, /^told +1 ways$/m];
    let screen = '';
    // A replica that has just gone is counted by Prometheus until it looks again.
    const isAll = async () => {
      screen = await mustScript('status');
      return lines.every((line) => line.test(screen)) || undefined;
    };
    await eventually('the first row says so', isAll).catch(() => {});
    for (const line of lines) expect(screen).toMatch(line);
  });

  test('the cache is away → RedisDown, no query fails, and no panel is empty but what the cache alone would tell', async () => {
    const cache = (await stack.list()).find(({ service }) => service === 'cache');
    await run('docker', ['stop', cache?.name ?? '']);
    try {
      await eventually(
        'RedisDown fires',
        async () => ((await firing()).includes('RedisDown') ? true : undefined),
        60_000,
      );
      const wrong = await wrongAnswers(prometheus, 0);
      expect(wrong.filter((answer) => !/nothing for .*store="cache"/.test(answer))).toEqual([]);
    } finally {
      await run('docker', ['start', cache?.name ?? '']);
    }
    await eventually('it is over', async () => ((await firing()).includes('RedisDown') ? undefined : true), 90_000);
  });

  test('up again → as before; another profile → what was beside is gone, and the rest is untouched', async () => {
    const containers = async () =>
      (await stack.list()).filter(({ service }) => service !== 'app').map(({ id, service }) => `${service} ${id}`);
    const before = (await containers()).toSorted();
    await mustScript('up', '--images=debian');
    expect((await containers()).toSorted()).toEqual(before);
    await mustScript('up', '--images=debian', '--profile', 'core');
    const watching = /^(prometheus|alertmanager|blackbox|\S+-exporter) /;
    expect((await containers()).toSorted()).toEqual(before.filter((container) => !watching.test(container)));
  }, 480_000);
});
