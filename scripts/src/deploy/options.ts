import { parseArgs } from 'node:util';
import { ScriptError } from '../platform/run.ts';
import { type Destination, parseDestination } from './destination.ts';
import { releaseImages } from './request.ts';

export const usage = `usage: scripts/deploy [--host USER@HOST[:PORT]] [REF]
       scripts/deploy [--host …] PREFIX/NAME@DIGEST… [REF]

Brings a commit (HEAD, unless it says otherwise) to the server and lets it serve, without a failed request. When anything
goes wrong, everything is as before. Images are built here, or fetched by their digests, and sent through the connection.
PREFIX/app@DIGEST has to be among those; what is not (NAME is autoscaler, backup …) has the commit for its tag beside it.

  --host        the server; else DEPLOY_HOST. Its host key is in ~/.ssh/known_hosts, else in DEPLOY_KNOWN_HOSTS
  --smoke URL   a page that has to answer from here at the end, as https://DOMAIN/health; else the server goes back
  --summary F   adds a table of what was done to a file
DEPLOY_KEY is the private key, when ssh has none of its own.
Exit code 0: it serves; 1: it failed, and the last line says why and what serves; 3: another deployment is under way.`;

export type DeployOptions = {
  destination: Destination;
  ref: string;
  /** Where images come from, and which are given by their digest; the others have the commit's name for their tag. */
  registry: { prefix: string; pinned: Record<string, string> } | undefined;
  smoke: string | undefined;
  summary: string | undefined;
};

const names = { host: '', smoke: '', summary: '' };

/** An image of ours by its content: no commit is named so. */
const pinnedForm = /^([a-z0-9][a-z0-9._:/-]*)\/([a-z]+)@sha256:[0-9a-f]{64}$/;

function registryOf(words: readonly string[]): DeployOptions['registry'] {
  const parts = words.map((word) => ({ word, found: pinnedForm.exec(word) }));
  const pinned = Object.fromEntries(parts.map(({ word, found }) => [found?.[2] ?? '', word]));
  const [prefix = '', ...others] = new Set(parts.map(({ found }) => found?.[1] ?? ''));
  const known = new Set<string>(Object.values(releaseImages));
  const odd = Object.keys(pinned).find((name) => !known.has(name));
  if (words.length === 0) return undefined;
  if (others.length > 0 || odd !== undefined || !pinned['app'] || Object.keys(pinned).length < words.length)
    throw new ScriptError(usage);
  return { prefix, pinned };
}

export function parseDeployOptions(argv: readonly string[], env: NodeJS.ProcessEnv): DeployOptions {
  const text = { type: 'string' } as const;
  const options = Object.fromEntries(Object.keys(names).map((name) => [name, text]));
  let parsed: { values: Partial<Record<string, string | boolean>>; positionals: string[] };
  try {
    parsed = parseArgs({ args: [...argv], options, allowPositionals: true });
  } catch (cause) {
    throw new ScriptError(`${(cause as Error).message}\n${usage}`, { cause });
  }
  const { host, smoke, summary } = parsed.values as Partial<Record<string, string>>;
  const pinned = parsed.positionals.filter((word) => pinnedForm.test(word));
  const [ref = 'HEAD', ...more] = parsed.positionals.filter((word) => !pinnedForm.test(word));
  if (more.length > 0) throw new ScriptError(usage);
  return {
    destination: parseDestination(host ?? env['DEPLOY_HOST']),
    ref,
    registry: registryOf(pinned),
    smoke,
    summary,
  };
}
