import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Inbox, openInbox } from '../../../scripts/src/chaos/inbox.ts';
import { faultyImage } from '../support/faults.ts';
import { startLoad } from '../support/load.ts';
import { lowerMonitoring, prometheus, raiseMonitoring } from '../support/monitoring.ts';
import { settings } from '../support/place.ts';
import { docker, mustScript, script } from '../support/programs.ts';
import { useShippedAutoscaler } from '../support/shipped.ts';
import { rest, servingNames } from '../support/stack.ts';

/** Half an hour, unless QUIET_MINUTES says another. */
const minutes = Number(process.env['QUIET_MINUTES'] ?? 30);
/** What else the machine of the tests does is no fault of the stack. */
const ofTheMachine = 'Watchdog|HighCPU';

async function firedWithin(seconds: number): Promise<string[]> {
  const expr = `count by (alertname) (last_over_time(ALERTS{alertstate="firing", alertname!~"${ofTheMachine}"}[${seconds}s]))`;
  const answer = await fetch(`${prometheus}/query?${new URLSearchParams({ query: expr })}`);
  const { data } = (await answer.json()) as { data: { result: { metric: { alertname: string } }[] } };
  return data.result.map(({ metric }) => metric.alertname);
}

/** Whoever is told: without anybody who takes mails, what the machine does would become a fault of the stack. */
async function openOwnInbox(): Promise<Inbox> {
  const gateway = await docker('network', 'inspect', 'bridge', '--format', '{{(index .IPAM.Config 0).Gateway}}');
  return await openInbox(gateway, Number(settings.SMTP_PORT));
}

let giveBack: (() => Promise<void>) | undefined;
beforeAll(async () => {
  giveBack = await useShippedAutoscaler();
  await raiseMonitoring();
}, 600_000);
afterAll(async () => {
  await rest();
  await giveBack?.();
  await lowerMonitoring();
}, 300_000);

test(
  'half an hour of usual load with a release, its rollback, a scale-up and a restarted replica → no alert, no mail, no failure',
  async () => {
    const started = Date.now();
    await using inbox = await openOwnInbox();
    await using load = await startLoad({ connections: 8, pause: 100 });
    const { image } = await faultyImage('none');
    expect(await script('release', image)).toMatchObject({ code: 0 });
    expect(await script('rollback')).toMatchObject({ code: 0 });
    await mustScript('scale', '3');
    await mustScript('scale', 'auto');
    const [one = ''] = await servingNames();
    await docker('restart', one);
    await sleep(Math.max(0, started + minutes * 60_000 - Date.now()));
    const { failures, gets } = await load.stop();
    const fired = await firedWithin(Math.ceil((Date.now() - started) / 1_000));
    const told = inbox.mails.map(({ subject }) => subject).filter((subject) => !subject.includes('HighCPU'));
    expect({ fired, told, failures }).toEqual({ fired: [], told: [], failures: [] });
    expect(gets).toBeGreaterThan(minutes * 1_000);
  },
  (minutes + 10) * 60_000,
);
