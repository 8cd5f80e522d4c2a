import { parseArgs } from 'node:util';
import { ScriptError } from '../platform/run.ts';
import { type Destination, parseDestination } from './destination.ts';

export const usage = `usage: scripts/deploy [--host USER@HOST[:PORT]] [REF]
       scripts/deploy [--host …] --registry PREFIX --tag TAG [REF]
       scripts/deploy [--host …] PREFIX/app@DIGEST [REF]

Brings a commit (HEAD, unless it says otherwise) to the server and lets it serve, without a failed request. When anything
goes wrong, everything is as before. Images are built here, or fetched from PREFIX/NAME:TAG, and sent through the connection.
With a digest the service is that very image, and the other images have the commit for their tag.

  --host        the server; else DEPLOY_HOST. Its host key is in ~/.ssh/known_hosts, else in DEPLOY_KNOWN_HOSTS
  --smoke URL   a page that has to answer from here at the end, as https://DOMAIN/health; else the server goes back
  --summary F   adds a table of what was done to a file
DEPLOY_KEY is the private key, when ssh has none of its own.
Exit code 0: it serves; 1: it failed, and the last line says why and what serves; 3: another deployment is under way.`;

export type DeployOptions = {
  destination: Destination;
  ref: string;
  /** Where images come from; the tag is the commit's name unless it is given, the service's image may be pinned. */
  registry: { prefix: string; tag?: string; app?: string } | undefined;
  smoke: string | undefined;
  summary: string | undefined;
};

const names = { host: '', registry: '', tag: '', smoke: '', summary: '' };

/** The service's image, by its content: nothing else of a release is named so. */
const pinnedForm = /^([a-z0-9][a-z0-9._:/-]*)\/app@sha256:[0-9a-f]{64}$/;

export function parseDeployOptions(argv: readonly string[], env: NodeJS.ProcessEnv): DeployOptions {
  const text = { type: 'string' } as const;
  const options = Object.fromEntries(Object.keys(names).map((name) => [name, text]));
  let parsed: { values: Partial<Record<string, string | boolean>>; positionals: string[] };
  try {
    parsed = parseArgs({ args: [...argv], options, allowPositionals: true });
  } catch (cause) {
    throw new ScriptError(`${(cause as Error).message}\n${usage}`, { cause });
  }
  const { host, registry, tag, smoke, summary } = parsed.values as Partial<Record<string, string>>;
  const pinned = pinnedForm.exec(parsed.positionals[0] ?? '');
  const [ref = 'HEAD', ...more] = parsed.positionals.slice(pinned ? 1 : 0);
  const [app, prefix] = pinned ?? [];
  if (more.length > 0 || Boolean(registry) !== Boolean(tag) || (pinned && registry)) throw new ScriptError(usage);
  return {
    destination: parseDestination(host ?? env['DEPLOY_HOST']),
    ref,
    registry: registry && tag ? { prefix: registry, tag } : app && prefix ? { prefix, app } : undefined,
    smoke,
    summary,
  };
}
