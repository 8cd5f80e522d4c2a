import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createAim } from '../chaos/aim.ts';
import { lookAtAlerts } from '../chaos/alerts.ts';
import { cure } from '../chaos/break.ts';
import { wallClock } from '../chaos/clock.ts';
import { type Expectation, type Expectations, expectationsFile } from '../chaos/expectation.ts';
import { openHook } from '../chaos/hook.ts';
import { isOwnAddress, openInbox } from '../chaos/inbox.ts';
import { createInjector } from '../chaos/inject.ts';
import { createJournal, type Journal } from '../chaos/journal.ts';
import { revokeKey } from '../chaos/key.ts';
import { refuseForeignEngine } from '../chaos/options.ts';
import { awaitSettled } from '../chaos/settled.ts';
import { openTheatre } from '../chaos/theatre.ts';
import { readTold } from '../chaos/told.ts';
import type { Lender } from '../load/revoke-keys.ts';
import { must, ScriptError } from '../platform/run.ts';
import { edgeOf } from '../stack/edge.ts';
import { lockStack } from '../stack/lock.ts';
import type { CommandContext } from './command.ts';
import { openStack, type Stack } from './open-stack.ts';
import { whoAsks } from './who-asks.ts';

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

/** The address at which a host's name, as the stack knows it, is this machine; undefined of another one. */
async function ownAddressOf({ run }: CommandContext, host: string): Promise<string | undefined> {
  const gateway = ['network', 'inspect', 'bridge', '--format', '{{(index .IPAM.Config 0).Gateway}}'];
  const address = host === thisMachine ? (await must(run('docker', gateway), 'finding the bridge')).trim() : host;
  return address !== '' && (await isOwnAddress(address)) ? address : undefined;
}

type Values = Readonly<Record<string, string>>;

/** What chat is sent is seen where that is this machine; its path is a secret. */
async function openChat(context: CommandContext, { DISCORD_WEBHOOK_URL: webhook = '' }: Values) {
  const url = URL.parse(webhook);
  if (!url) return undefined;
  const address = url.protocol === 'http:' ? await ownAddressOf(context, url.hostname) : undefined;
  if (address !== undefined) return await openHook(address, Number(url.port || 80));
  context.print(`Chat goes to ${url.hostname}, unseen.`);
  return undefined;
}

/** Mails are seen where the stack sends them to an address of this machine. */
async function openMail(context: CommandContext, values: Values) {
  const { print } = context;
  const { SMTP_HOST: host = '', SMTP_PORT: port = '' } = values;
  const address = await ownAddressOf(context, host);
  if (address !== undefined) return await openInbox(address, Number(port || 587));
  print(host === '' ? 'WARNING: SMTP_HOST is not set: nobody is told by mail.' : `Mails go to ${host}, unseen.`);
  return undefined;
}

export const journalOf = (root: string): Journal => createJournal(join(root, '.data', 'chaos-journal.json'));

/** Of the key that a run has borrowed: apart from the journal, for a cure must not take it from the traffic that goes on. */
const notesOf = (root: string): Journal => createJournal(join(root, '.data', 'chaos-key.json'));

/** Who lends keys to a run on a stack. */
async function lenderOf({ secrets, values }: Stack): Promise<Lender> {
  const { API_KEY: adminKey = '' } = await secrets.environment();
  return { service: edgeOf(values), adminKey };
}

/** Puts back what an earlier run has left. */
async function tidy(context: CommandContext, journal: Journal): Promise<void> {
  if ((await journal.read()).length === 0) return;
  context.print('An earlier run was cut off. Putting back what it has left:');
  const opened = await openStack(context);
  const injector = createInjector({
    run: context.run,
    autoscaler: opened.autoscaler,
    revokeKey: async (name) => revokeKey(await lenderOf(opened), name),
    traffic: () => {},
    signal: new AbortController().signal,
  });
  await cure({ injector, journal, print: context.print });
}

type Options = { engine: readonly string[]; signal: AbortSignal };

/** Opens the stack of this folder for drills; what is opened is closed with `stack`. */
export async function openChaos(context: CommandContext, { engine, signal }: Options, stack: AsyncDisposableStack) {
  const { root, print } = context;
  await refuseElsewhere(context, engine);
  // What is broken on purpose is nothing to deploy, to restore or to start on.
  const what = ['drills', ...context.argv].join(' ');
  stack.use(await lockStack({ root, now: Date.now }, { what, by: whoAsks(context) }));
  const journal = journalOf(root);
  await tidy(context, journal);
  const opened = await openStack(context);
  const { values, secrets, compose, autoscaler } = opened;
  if (!(await autoscaler.status())) throw new ScriptError('nothing runs: scripts/up starts it');
  const notes = notesOf(root);
  await tidy(context, notes);
  const environment = await secrets.environment();
  const lender = await lenderOf(opened);
  const place = { socketPath: values['DOCKER_SOCKET'] ?? '', project: values['COMPOSE_PROJECT_NAME'] ?? '' };
  const prometheus = `http://127.0.0.1:${values['PROMETHEUS_PORT']}`;
  const alerts = () => lookAtAlerts(prometheus);
  const watched = (await alerts()) !== undefined;
  if (watched) await awaitSettled({ address: prometheus, clock: wallClock, signal, print });
  else print('WARNING: there is no Prometheus in this stack: alerts are not watched.');
  const settings = { ...values, ...environment };
  const inbox = watched ? stack.use(await openMail(context, settings)) : undefined;
  const chat = watched ? stack.use(await openChat(context, settings)) : undefined;
  const aim = createAim({ compose, autoscaler });
  const theatre = stack.use(await openTheatre({ lender, notes, ...place, print }));
  return {
    ...{ service: lender.service, theatre, inbox, chat, journal, watched, autoscaler },
    alerts: watched ? alerts : undefined,
    aim,
    // None where none runs: then nobody has noticed anything.
    replicas: () => aim({ kind: 'replicas' }).catch(() => []),
    revokeKey: (name: string) => revokeKey(lender, name),
    told: () => readTold(autoscaler),
  };
}

export type OpenChaos = Awaited<ReturnType<typeof openChaos>>;

/** Puts back what an earlier run has broken, and does nothing else. */
export const undoFaults = (context: CommandContext): Promise<void> => tidy(context, journalOf(context.root));

/** Puts back all that an earlier run has left, and does nothing else. */
export async function undoOnly(context: CommandContext): Promise<void> {
  await undoFaults(context);
  await tidy(context, notesOf(context.root));
}
