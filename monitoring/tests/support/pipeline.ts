import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { type Inbox, sender } from './inbox.ts';
import { freePort, start, untilReady } from './process.ts';

const monitoring = join(import.meta.dirname, '..', '..');

type Job = { job_name: string; scrape_interval?: string; scrape_timeout?: string };
type Config = { rule_files: string[]; alerting: { alertmanagers: object[] }; scrape_configs: Job[] };

/** The stack's own configuration, but with one server in place of everything that it would find by name. */
export function onThisMachine(text: string, targets: string, alertmanager: string): string {
  const config = parse(text) as Config;
  const jobs = config.scrape_configs.map(({ job_name, scrape_interval, scrape_timeout }) => ({
    job_name,
    ...(scrape_interval && { scrape_interval }),
    ...(scrape_timeout && { scrape_timeout }),
    metrics_path: `/${job_name}`,
    static_configs: [{ targets: [targets] }],
    // What relabelling gives in the stack, and here the page itself tells.
    honor_labels: true,
  }));
  const alerting = { ...config.alerting, alertmanagers: [{ static_configs: [{ targets: [alertmanager] }] }] };
  return stringify({ ...config, alerting, scrape_configs: jobs });
}

export type Pipeline = AsyncDisposable & { prometheus: string; alertmanager: string; config: string };

/** Alertmanager as the stack configures it, closed with `stack`; its address. */
export async function startAlertmanager(stack: AsyncDisposableStack, folder: string, inbox: Inbox): Promise<string> {
  const [port, secrets] = [await freePort(), join(folder, 'secrets')];
  await mkdir(secrets);
  await writeFile(join(secrets, 'discord_webhook_url'), `${inbox.webhook}/discord`);
  await writeFile(join(secrets, 'heartbeat_url'), `${inbox.webhook}/heartbeat`);
  await writeFile(join(secrets, 'smtp_password'), sender.password);
  await writeFile(join(folder, 'authority.pem'), inbox.certificate);
  const listen = [
    `--web.listen-address=127.0.0.1:${port}`,
    '--cluster.listen-address=',
    `--storage.path=${folder}/alerts`,
  ];
  const process = start(join(monitoring, 'alertmanager', 'start.sh'), ['prometheus-alertmanager', ...listen], {
    CONFIG_FOLDER: join(monitoring, 'alertmanager'),
    CONFIG_FILE: join(folder, 'alertmanager.yml'),
    SECRETS_FOLDER: secrets,
    SMTP_HOST: '127.0.0.1',
    SMTP_PORT: String(inbox.smtpPort),
    SMTP_USER: sender.user,
    // The only authority that it believes.
    SSL_CERT_FILE: join(folder, 'authority.pem'),
    SMTP_TO: 'maintainer@shortstack.test',
  });
  stack.use(process);
  await untilReady(`http://127.0.0.1:${port}/-/ready`, process);
  return `127.0.0.1:${port}`;
}

async function startPrometheus(
  stack: AsyncDisposableStack,
  folder: string,
  targets: string,
  alertmanager: string,
): Promise<string> {
  const port = await freePort();
  const text = await readFile(join(monitoring, 'prometheus', 'prometheus.yml'), 'utf8');
  await writeFile(join(folder, 'prometheus.yml'), onThisMachine(text, targets, alertmanager));
  await cp(join(monitoring, 'prometheus', 'rules'), join(folder, 'rules'), { recursive: true });
  const process = start(
    'prometheus',
    [
      `--config.file=${folder}/prometheus.yml`,
      `--storage.tsdb.path=${folder}/samples`,
      `--web.listen-address=127.0.0.1:${port}`,
      '--enable-feature=expand-external-labels,exemplar-storage',
    ],
    { RUNBOOK_URL: 'https://example.test/runbook.md', GRAFANA_URL: 'http://localhost:3000' },
  );
  stack.use(process);
  await untilReady(`http://127.0.0.1:${port}/-/ready`, process);
  return `http://127.0.0.1:${port}`;
}

/** Prometheus and Alertmanager as the stack configures them, as processes of this machine, before these targets. */
export async function startPipeline(targets: string, inbox: Inbox): Promise<Pipeline> {
  await using stack = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'pipeline-'));
  stack.defer(() => rm(folder, { recursive: true, force: true }));
  const alertmanager = await startAlertmanager(stack, folder, inbox);
  const prometheus = await startPrometheus(stack, folder, targets, alertmanager);
  const config = await readFile(join(folder, 'alertmanager.yml'), 'utf8');
  const held = stack.move();
  return {
    prometheus,
    alertmanager: `http://${alertmanager}`,
    config,
    [Symbol.asyncDispose]: () => held.disposeAsync(),
  };
}
