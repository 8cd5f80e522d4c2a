import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createAim } from '../chaos/aim.ts';
import { lookAtAlerts } from '../chaos/alerts.ts';
import { cure } from '../chaos/break.ts';
import { type Expectation, type Expectations, expectationsFile } from '../chaos/expectation.ts';
import { isOwnAddress, openInbox } from '../chaos/inbox.ts';
import { createInjector } from '../chaos/inject.ts';
import { createJournal, type Journal } from '../chaos/journal.ts';
import { refuseForeignEngine } from '../chaos/options.ts';
import { openTheatre } from '../chaos/theatre.ts';
import { readTold } from '../chaos/told.ts';
import { must, ScriptError } from '../platform/run.ts';
import type { CommandContext } from './command.ts';
import { openStack } from './open-stack.ts';

/** What each drill may cost; throws for one that nobody has thought about. */
export async function readExpectations(root: string): Promise<Expectations & { of: (name: string) => Expectation }> {
  const text = await readFile(join(root, 'chaos', 'expectations.json'), 'utf8');
  const file = expectationsFile.parse(JSON.parse(text));
  return {
    ...file,
    of: (name) => {
      const found = file.drills[name];
      if (!found) throw new ScriptError(`${name} has no expectation in chaos/expectations.json`);
      return found;
    },
  };
}

/** Throws where the engine is another machine's, unless that was named twice. */
export async function refuseElsewhere({ run, env }: CommandContext, named: readonly string[]): Promise<void> {
  const inspect = ['context', 'inspect', '--format', '{{.Endpoints.docker.Host}}'];
  const host = env['DOCKER_HOST'] || (await must(run('docker', inspect), 'asking where the engine is')).trim();
  refuseForeignEngine(host, named);
}

/** By this name containers reach the machine that they run on. */
const thisMachine = 'host.docker.internal';

/** Mails are seen where the stack sends them to an address of this machine. */
async function openMail({ run, print }: CommandContext, values: Readonly<Record<string, string>>) {
  const { SMTP_HOST: host = '', SMTP_PORT: port = '' } = values;
  const gateway = ['network', 'inspect', 'bridge', '--format', '{{(index .IPAM.Config 0).Gateway}}'];
  const address = host === thisMachine ? (await must(run('docker', gateway), 'finding the bridge')).trim() : host;
  if (address !== '' && (await isOwnAddress(address))) return await openInbox(address, Number(port || 587));
  print(host === '' ? 'WARNING: SMTP_HOST is not set: nobody is told of anything.' : `Mails go to ${host}, unseen.`);
  return undefined;
}

export const journalOf = (root: string): Journal => createJournal(join(root, '.data', 'chaos-journal.json'));

/** Puts back what an earlier run has left. */
async function tidy(context: CommandContext, journal: Journal): Promise<void> {
  if ((await journal.read()).length === 0) return;
  context.print('An earlier run was cut off. Putting back what it has left:');
  const { autoscaler } = await openStack(context);
  const injector = createInjector({
    run: context.run,
    autoscaler,
    traffic: () => {},
    signal: new AbortController().signal,
  });
  await cure({ injector, journal, print: context.print });
}

type Options = { engine: readonly string[] };

/** Opens the stack of this folder for drills; what is opened is closed with `stack`. */
export async function openChaos(context: CommandContext, { engine }: Options, stack: AsyncDisposableStack) {
  const { root, print } = context;
  await refuseElsewhere(context, engine);
  const journal = journalOf(root);
  await tidy(context, journal);
  const { values, secrets, compose, autoscaler } = await openStack(context);
  if (!(await autoscaler.status())) throw new ScriptError('nothing runs: scripts/up starts it');
  const environment = await secrets.environment();
  const target = `http://127.0.0.1:${values['HTTP_PORT']}`;
  const place = { socketPath: values['DOCKER_SOCKET'] ?? '', project: values['COMPOSE_PROJECT_NAME'] ?? '' };
  const alerts = () => lookAtAlerts(`http://127.0.0.1:${values['PROMETHEUS_PORT']}`);
  const watched = (await alerts()) !== undefined;
  if (!watched) print('WARNING: there is no Prometheus in this stack: alerts are not watched.');
  const inbox = watched ? await openMail(context, { ...values, ...environment }) : undefined;
  if (inbox) stack.use(inbox);
  const theatre = stack.use(await openTheatre({ target, adminKey: environment['API_KEY'] ?? '', ...place, print }));
  return {
    ...{ target, theatre, inbox, journal, watched, autoscaler },
    alerts: watched ? alerts : undefined,
    aim: createAim({ compose, autoscaler }),
    told: () => readTold(autoscaler),
  };
}

export type OpenChaos = Awaited<ReturnType<typeof openChaos>>;

/** Puts back what an earlier run has left, and does nothing else. */
export const undoOnly = async (context: CommandContext): Promise<void> => tidy(context, journalOf(context.root));
