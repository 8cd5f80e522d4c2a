type Named = { repository: string; tag: string; digest: string };

/** An image that is here, by one of its names, as the engine lists it. */
export type Here = Named & { id: string };

/** A name as the engine would list it: the registry and the folder that go without saying are left out. */
export function parseName(name: string): Named {
  const [, path = '', tag = '', digest = ''] = /^(.+?)(?::(\w[\w.-]*))?(?:@(sha256:[0-9a-f]{64}))?$/.exec(name) ?? [];
  const repository = path.replace(/^docker\.io\//, '').replace(/^library\//, '');
  return { repository, tag: tag || (digest ? '' : 'latest'), digest };
}

const isNamed = (here: Here, { repository, tag, digest }: Named): boolean =>
  here.repository === repository && (here.tag === tag || (digest !== '' && here.digest === digest));

type Needs = {
  /** Images that the stack consists of now: only their repositories are looked at. */
  live: readonly string[];
  /** Every name that something still needs. */
  names: readonly string[];
  /** Ids of images that containers have, whose ever they are. */
  used: readonly string[];
};

/** Names of images of others that the stack has used and that nothing needs any more. */
export function unneededOthers(here: readonly Here[], { live, names, used }: Needs): string[] {
  const repositories = new Set(live.map((name) => parseName(name).repository));
  const named = [...live, ...names].map(parseName);
  // By the image, which may have another name beside the one that is needed.
  const needed = new Set([
    ...used,
    ...here.filter((one) => named.some((name) => isNamed(one, name))).map(({ id }) => id),
  ]);
  return here
    .filter(({ repository, id }) => repositories.has(repository) && !needed.has(id))
    .flatMap(({ repository, tag, digest }) => (tag ? `${repository}:${tag}` : digest ? `${repository}@${digest}` : []));
}
