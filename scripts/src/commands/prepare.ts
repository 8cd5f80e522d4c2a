import { readMachine, socketGroup } from '../machine/machine.ts';
import { findMissing } from '../machine/requirements.ts';
import { ScriptError } from '../platform/run.ts';
import { mountedMarks } from '../stack/mounted.ts';
import type { CommandContext } from './command.ts';
import { monitoringFacts } from './monitoring-facts.ts';
import { openStack, type Stack } from './open-stack.ts';
import type { UpOptions } from './up-options.ts';

const serviceOfPorts = 'nginx';

/** The ports that the stack wants and does not hold itself yet. */
async function portsToTake({ compose, values }: Stack): Promise<number[]> {
  const running = await compose.list().catch(() => []);
  const held = running.some(({ service, state }) => service === serviceOfPorts && state === 'running');
  return held ? [] : [Number(values['HTTP_PORT']), Number(values['HTTPS_PORT'])];
}

/** Says what the machine lacks, and goes no further where the stack could not run. */
async function checkMachine({ run, root, print }: CommandContext, stack: Stack, urgent: boolean): Promise<void> {
  const machine = await readMachine({ run, root }, await portsToTake(stack), stack.values['PUBLISH_ADDRESS'] ?? '');
  const findings = findMissing(machine, urgent);
  for (const { kind, what, remedy } of findings) print(`${kind}: ${what}\n  ${remedy}`);
  if (findings.some(({ kind }) => kind === 'wrong')) throw new ScriptError('This machine is not ready for the stack.');
}

const publicAddress = ({ DOMAIN, HTTP_PORT }: Readonly<Record<string, string>>): string => {
  if (DOMAIN) return `https://${DOMAIN}`;
  return HTTP_PORT === '80' ? 'http://localhost' : `http://localhost:${HTTP_PORT}`;
};

/** What the scripts find out themselves and Compose has to know, also when somebody calls it without them. */
async function findOut({ env, root, run }: CommandContext, stack: Stack, options: UpOptions): Promise<void> {
  const { secrets, values } = stack;
  const written = await secrets.environment();
  await secrets.remember({
    ...(await mountedMarks(root)),
    BACKUP_NETWORK_INTERNAL: String(!values['BACKUP_S3_BUCKET']),
    ...(await monitoringFacts({ env: written, run, profile: options.profile, images: options.debianImages, values })),
    DOCKER_GID: String(await socketGroup(values['DOCKER_SOCKET'] ?? '')),
    ...(!written['BUILD_CA'] && env['NODE_EXTRA_CA_CERTS'] && { BUILD_CA: env['NODE_EXTRA_CA_CERTS'] }),
    ...(!written['BASE_URL'] && { BASE_URL: publicAddress(values) }),
    ...(options.open && { AUTH: 'off' }),
  });
}

/** Checks the machine and makes the secrets and settings; the stack that they describe. `urgent`: to go back. */
export async function prepare(context: CommandContext, options: UpOptions, urgent = false): Promise<Stack> {
  const before = await openStack(context);
  await checkMachine(context, before, urgent);
  if (await before.secrets.ensure())
    context.print('made secrets: .env (yours to read) and .secrets/ (for the services)');
  await findOut(context, before, options);
  return await openStack(context);
}
