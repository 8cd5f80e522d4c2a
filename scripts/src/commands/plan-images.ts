import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { imagesOfOthers } from '../images/others.ts';
import { planImages, publishedImages } from '../images/plan.ts';
import { must, type Run, ScriptError } from '../platform/run.ts';
import type { Command } from './command.ts';
import { withHelp } from './help.ts';

/** Commits that are looked at: as many as a night's checkout has. */
const longestSearch = 20;

const usage = `usage: node scripts/src/main.ts plan-images PREFIX [--published]
       node scripts/src/main.ts plan-images --others

Says, as outputs of a workflow's step, which images are to be built for PREFIX/NAME, and with what, and which images of others
the core of the stack runs; with --others, which of others it runs in any profile. One that need not be built, as the registry
has one that was made from the same, has its reference. POSTGRES_IMAGE is another Postgres for them. With --published each has
the reference of the newest of the last ${longestSearch} commits here whose images have come into the registry.`;

/** Newest first. A merge's own, not what it has merged: those were never pushed to main. */
async function newestCommits(run: Run): Promise<string[]> {
  const words = ['rev-list', '--first-parent', `--max-count=${longestSearch}`, 'HEAD'];
  return (await must(run('git', words), 'reading the commits')).trim().split('\n');
}

/** `plan-images`: what GitHub builds and looks at; needs Node, Compose and none of the project's packages. */
export const planImagesCommand: Command = withHelp(usage, async ({ root, env, argv, run, print }) => {
  const [prefix, ...more] = argv;
  const others = prefix === '--others';
  const published = more[0] === '--published' && !others;
  if (!prefix || more.length > (published ? 1 : 0)) throw new ScriptError(usage);
  if (!others) {
    const deps = { run, dockerfile: await readFile(join(root, 'Dockerfile'), 'utf8'), env };
    const images = published ? publishedImages(deps, prefix, await newestCommits(run)) : planImages(deps, prefix);
    print(`images=${JSON.stringify(await images)}`);
  }
  print(`others=${JSON.stringify(await imagesOfOthers({ run }, others ? 'all' : 'core'))}`);
  return 0;
});
