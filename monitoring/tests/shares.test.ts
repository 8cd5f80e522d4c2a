import { expect, test } from '@jest/globals';
import { whatUsersSee } from '../src/boards/golden-users.ts';
import { ask } from './support/promtool.ts';
import { series } from './support/world.ts';

// What the panel of server errors draws, asked of Prometheus' own engine.

const { edge, request } = series;
const queries = whatUsersSee.panels.find(({ title }) => title === 'Server errors')?.queries ?? [];
const other = 'edge_requests_total{job="autoscaler", kind="other", status="503", by="edge"}';

test.each<[string, Record<string, string>, [replicas: number | undefined, nginx: number | undefined]]>([
  [
    'some fail → their share',
    { [request('302')]: '0+3x30', [request('500')]: '0+1x30', [edge('302', 'app')]: '0+9x30', [other]: '0+1x30' },
    [0.25, 0.1],
  ],
  ['none fails → 0', { [request('302')]: '0+3x30', [edge('302', 'app')]: '0+9x30', [other]: '0x30' }, [0, 0]],
  ['nobody asks for anything → 0', { [request('302')]: '7x30', [edge('302', 'app')]: '7x30', [other]: '0x30' }, [0, 0]],
  [
    'no replica is there → nothing is known of replicas',
    { [edge('302', 'app')]: '0x30', [other]: '0+1x30' },
    [undefined, 1],
  ],
  ['nobody tells of the edge → nothing is known of it', { [request('302')]: '0+3x30' }, [0, undefined]],
  ['nobody tells of anything → nothing is known', { up: '0x30' }, [undefined, undefined]],
])('%s', async (_what, input, shares) => {
  expect(queries.length).toBe(shares.length);
  const answers = queries.map(({ expr }, index) => {
    const share = shares[index];
    const answer: Record<string, number> = share === undefined ? {} : { '{}': share };
    return { at: 120, expr: expr.replaceAll('$__rate_interval', '1m'), answer };
  });
  expect(await ask([{ step: 5, input, answers }])).toBe('');
});
