import { expect, test } from '@jest/globals';
import { endOtherProfiles } from '../../src/commands/services.ts';
import type { Compose, Listed } from '../../src/stack/compose.ts';

const container = (service: string) => ({ service }) as Listed;

/** A Compose of a core and what may be beside it; what it was told to do. */
function composeWith(running: readonly string[]) {
  const told: string[] = [];
  const compose: Pick<Compose, 'run' | 'list' | 'pruneNetworks'> = {
    async run(args) {
      const all = args.includes('--profile') ? ['app', 'nginx', 'loki', 'prometheus'] : ['app', 'nginx', 'prometheus'];
      if (args.includes('config')) return { code: 0, stdout: all.join('\n'), stderr: '' };
      told.push(args.slice(args.indexOf('rm')).join(' '));
      return { code: 0, stdout: '', stderr: '' };
    },
    list: async () => running.map(container),
    pruneNetworks: async () => void told.push('network prune'),
  };
  return { compose, told };
}

test('what another profile has started is ended with the network that it had to itself, and nothing else', async () => {
  const { compose, told } = composeWith(['app', 'nginx', 'loki', 'prometheus', 'othertool']);
  expect(await endOtherProfiles(compose)).toEqual(['loki']);
  expect(told).toEqual(['rm --stop --force loki', 'network prune']);
});

test('nothing of another profile runs → nothing is done', async () => {
  const { compose, told } = composeWith(['app', 'nginx', 'prometheus']);
  expect(await endOtherProfiles(compose)).toEqual([]);
  expect(told).toEqual([]);
});
