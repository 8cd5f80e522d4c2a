import type { Replica } from '../replicas/replica.ts';
import type { Wanted } from './edge.ts';
import type { Upstream } from './upstream.ts';

type Answers = (address: string, signal: AbortSignal) => Promise<boolean>;

/**
 * What the upstream shall be; null while there is nothing to write. When nobody is left to be in it, the last servers
 * stay; they are marked `down` once none of them answers, so that the edge says so at once instead of trying each.
 */
export async function wantedUpstream(
  rotation: readonly Replica[],
  file: Upstream | undefined,
  answers: Answers,
  signal: AbortSignal,
): Promise<Wanted | null> {
  const servers = rotation.flatMap(({ address, name }) => (address === null ? [] : [{ address, name }]));
  if (servers.length > 0) return { servers, down: false };
  if (file === undefined) return null;
  if (file.down) return { servers: file.servers, down: true };
  const answered = await Promise.all(file.servers.map(({ address }) => answers(address, signal)));
  return { servers: file.servers, down: !answered.some(Boolean) };
}
