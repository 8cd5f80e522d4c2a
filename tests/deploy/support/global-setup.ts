import { makeMachine, removeMachine } from './machine.ts';
import { walk } from './walk.ts';

/**
 * A server from nothing, by the way that docs/deployment.md describes, for every test here. KEEP_DROPLET leaves it at the
 * end, REUSE_DROPLET tests the one that was left.
 */
export default async function setup(): Promise<void> {
  // Its certificate is self-signed.
  process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = '0';
  if (process.env['REUSE_DROPLET']) return;
  try {
    await makeMachine();
    await walk();
  } catch (error) {
    if (!process.env['KEEP_DROPLET']) removeMachine();
    throw error;
  }
}
