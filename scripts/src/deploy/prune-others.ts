import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Run } from '../platform/run.ts';
import type { Compose } from '../stack/compose.ts';
import { type Here, parseName, unneededOthers } from './others.ts';
import { releaseImages } from './request.ts';

type Deps = {
  run: Run;
  compose: Compose;
  root: string;
  /** The folder with the trees of releases. */
  trees: string;
  /** Commits of releases that can be gone back to. */
  releases: ReadonlySet<string>;
  settings: Readonly<Record<string, string>>;
  print: (line: string) => void;
};

const lines = (text: string): string[] => text.split('\n').filter((line) => line !== '');

/** Images that a docker-compose.yml names with the settings of this server; undefined where it cannot be read. */
async function namesIn({ compose, root }: Deps, file: string): Promise<string[] | undefined> {
  const words = ['--project-directory', root, '--file', file, '--profile', '*', 'config', '--images'];
  const { code, stdout } = await compose.run(words);
  return code === 0 ? lines(stdout) : undefined;
}

/** Those of every release whose tree is here. One that Compose does not take was never deployed, and needs nothing. */
async function namesOfTrees(deps: Deps): Promise<string[] | undefined> {
  const commits = (await readdir(deps.trees)).filter((name) => /^[0-9a-f]{40}$/.test(name));
  // Most releases have the same one.
  const different = new Map<string, string[]>();
  for (const commit of commits) {
    const text = await readFile(join(deps.trees, commit, 'docker-compose.yml'), 'utf8');
    different.set(text, [...(different.get(text) ?? []), commit]);
  }
  const names: string[] = [];
  for (const [commit = '', ...same] of different.values()) {
    const found = await namesIn(deps, join(deps.trees, commit, 'docker-compose.yml'));
    if (!found && [commit, ...same].some((one) => deps.releases.has(one))) return undefined;
    names.push(...(found ?? []));
  }
  return names;
}

async function listHere({ run }: Deps): Promise<Here[]> {
  const format = '{{.ID}} {{.Repository}} {{.Tag}} {{.Digest}}';
  const { stdout } = await run('docker', ['image', 'ls', '--no-trunc', '--digests', '--format', format]);
  return lines(stdout.replaceAll('<none>', '-')).map((line) => {
    const [id = '', repository = '', tag = '', digest = ''] = line.split(' ').map((word) => (word === '-' ? '' : word));
    return { id, repository, tag, digest };
  });
}

/** Ids and names of the images of every container on this machine, also of one that stands. */
async function listUsed({ run }: Deps): Promise<string[] | undefined> {
  const listed = await run('docker', ['ps', '--all', '--quiet', '--no-trunc']);
  const ids = lines(listed.stdout);
  if (listed.code !== 0 || ids.length === 0) return undefined;
  const format = '{{.Image}}\n{{.Config.Image}}';
  const { code, stdout } = await run('docker', ['inspect', '--type', 'container', '--format', format, ...ids]);
  return code === 0 ? lines(stdout) : undefined;
}

/**
 * Removes images of others that the stack does not use any more: those of a repository that docker-compose.yml names, which
 * no container, no setting and no release has whose tree is here. What of this cannot be found out leaves everything there.
 */
export async function pruneOthers(deps: Deps): Promise<void> {
  const { run, settings, print, root } = deps;
  const live = await namesIn(deps, join(root, 'docker-compose.yml'));
  const former = await namesOfTrees(deps).catch(() => undefined);
  const used = await listUsed(deps);
  if (!live || !former || !used) return;
  // A release may come from elsewhere: which of these can be gone back to is not known here.
  const own = new Set(Object.keys(releaseImages).map((name) => parseName(settings[name] ?? '').repository));
  const isOther = (name: string) => !name.startsWith('shortstack/') && !own.has(parseName(name).repository);
  const names = [...former, ...Object.values(settings), ...used];
  for (const name of unneededOthers(await listHere(deps), { live: live.filter(isOther), names, used }))
    if ((await run('docker', ['image', 'rm', name])).code === 0) print(`nothing uses ${name} any more: removed`);
}
