import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { imagesOfOthers } from '../images/others.ts';
import { planImages } from '../images/plan.ts';
import { ScriptError } from '../platform/run.ts';
import type { Command } from './command.ts';
import { withHelp } from './help.ts';

const usage = `usage: node scripts/src/main.ts plan-images PREFIX
       node scripts/src/main.ts plan-images --others

Says, as outputs of a workflow's step, which images are to be built for PREFIX/NAME, and with what, and which images of others
the core of the stack runs; with --others, which of others it runs in any profile. One that need not be built, as the registry
has one that was made from the same, has its reference. POSTGRES_IMAGE is another Postgres for them.`;

/** `plan-images`: what GitHub builds and looks at; needs Node, Compose and none of the project's packages. */
export const planImagesCommand: Command = withHelp(usage, async ({ root, env, argv, run, print }) => {
  const [prefix, ...more] = argv;
  if (!prefix || more.length > 0) throw new ScriptError(usage);
  const others = prefix === '--others';
  if (!others) {
    const dockerfile = await readFile(join(root, 'Dockerfile'), 'utf8');
    print(`images=${JSON.stringify(await planImages({ run, dockerfile, env }, prefix))}`);
  }
  print(`others=${JSON.stringify(await imagesOfOthers({ run }, others ? 'all' : 'core'))}`);
  return 0;
});
