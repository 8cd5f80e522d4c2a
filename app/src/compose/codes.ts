import { type Allocator, createAllocator } from '../codes/allocator.ts';
import { createCodeMaker } from '../codes/code-maker.ts';
import { CodeSecretRefused } from '../codes/secret.ts';
import { blockSize, loadSecret, reserveBlock } from '../codes/store.ts';
import { unavailable } from '../http/problem.ts';
import type { Core } from './core.ts';

/**
 * Short codes. A secret that is not this database's is refused at once, as the codes would not be unique; a database
 * that does not answer yet is no reason not to start: then the first code asks again.
 */
export async function composeCodes({ db, config, log }: Core): Promise<Allocator> {
  const load = async () => createCodeMaker(await loadSecret(db, config.codeSecret));
  let loaded = await load().catch((error: unknown) => {
    if (error instanceof CodeSecretRefused) throw error;
    log.warn('the secret of the codes cannot be read yet', { error });
    return undefined;
  });
  const codeMaker = async () => {
    loaded ??= await load().catch((error: unknown) => {
      if (!(error instanceof CodeSecretRefused)) throw error;
      log.error('no codes can be made', { error });
      throw unavailable('New codes cannot be made', error);
    });
    return loaded;
  };
  return createAllocator({ reserveBlock: () => reserveBlock(db), size: blockSize, codeMaker });
}
