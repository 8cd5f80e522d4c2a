import { describe, expect, test } from '@jest/globals';
import { readSettings } from '../../src/config.ts';
import { decidePolicy } from '../../src/policies.ts';
import { capacity, droplet, isLost, useOf } from '../../src/simulate/machine.ts';
import { simulate, summarise } from '../../src/simulate/run.ts';
import { createOurs, createThreshold } from '../../src/simulate/scaler.ts';
import { recorded, type Scenario, scenarios } from '../../src/simulate/scenario.ts';
import { chart } from '../../src/simulate/svg.ts';
import { summaryTable, timeTable } from '../../src/simulate/table.ts';

const read = readSettings({ AUTOSCALER_PROJECT: 'demo' }, () => '');
if (read.kind === 'problems') throw new Error(read.problems.join());
const { settings } = read;
const policy = decidePolicy(settings);
const named = (name: string): Scenario => {
  const found = scenarios.find((scenario) => scenario.name === name);
  if (!found) throw new Error(name);
  return found;
};
const compare = (scenario: Scenario, machine = droplet) => ({
  name: scenario.name,
  ours: simulate(scenario, createOurs(policy, settings.tick, machine), machine, policy.min),
  rule: simulate(scenario, createThreshold(policy), machine, policy.min),
});
const lost = (run: Parameters<typeof summarise>[0]): number => summarise(run).lost;

describe('the defaults, against the threshold rule', () => {
  test.each([
    ['step', 10],
    ['steps', 20],
  ])('%s, replicas of half a CPU → at least five times fewer seconds lost', (name, most) => {
    const { ours, rule } = compare(named(name));
    expect(lost(ours)).toBeLessThanOrEqual(most);
    expect(lost(rule)).toBeGreaterThanOrEqual(5 * lost(ours));
  });

  test.each([0.5, 0.75])(
    'step, %s CPUs a replica → five times fewer before the start that nobody can save',
    (limit) => {
      const { ours, rule } = compare(named('step'), { ...droplet, limit });
      expect(lost(ours)).toBeGreaterThan(droplet.startUp);
      expect(lost(rule) - droplet.startUp).toBeGreaterThanOrEqual(5 * (lost(ours) - droplet.startUp));
    },
  );

  test.each(scenarios.map(({ name }) => name))('%s → never flaps, and loses no more', (name) => {
    const { ours, rule } = compare(named(name));
    expect(summarise(ours).flaps).toBe(0);
    expect(summarise(ours).lost).toBeLessThanOrEqual(summarise(rule).lost);
  });

  test('counters cut off under load → nothing is taken away', () => {
    const { ours } = compare(named('blind'));
    expect(new Set(ours.slice(190, 240).map(({ serving }) => serving)).size).toBe(1);
  });
});

describe('the machine', () => {
  test('replicas share its CPUs, and what is starved looks idle', () => {
    expect(capacity(droplet, 5)).toBe(2);
    expect(useOf(droplet, 5, 9)).toBeCloseTo(0.8);
    expect(useOf(droplet, 0, 1)).toBe(0);
    expect(isLost(droplet, 2, 0.96)).toBe(true);
    expect(isLost(droplet, 2, 0.94)).toBe(false);
  });
});

describe('a recorded load', () => {
  test('lines of second,cpus → each holds until the next', () => {
    const scenario = recorded('load.csv', 'second,cpus\n0,0.5\n10,1.5\r\n20,0.2\n');
    expect(scenario.seconds).toBe(21);
    expect([0, 9, 10, 20].map((second) => scenario.at(second).cpus)).toEqual([0.5, 0.5, 1.5, 0.2]);
  });

  test('none → refused', () => {
    expect(() => recorded('empty.csv', 'nothing')).toThrow(/no line/);
  });
});

describe('told', () => {
  const flapping = [2, 3, 2, 3].map((wished, second) => ({
    second,
    cpus: 1,
    serving: wished,
    wished,
    saturated: second === 3,
    lost: second === 1,
  }));

  test('changes that undo the one before → flaps', () => {
    expect(summarise(flapping)).toEqual({ lost: 1, saturated: 1, peak: 3, mean: 2.5, changes: 3, flaps: 2 });
  });

  test('as tables and as a chart', () => {
    const compared = { name: 'demo', ours: flapping, rule: flapping };
    expect(timeTable(compared).split('\n')[1]).toMatch(/^0 {2}1\.00 {5}2 {10}- {7}0/);
    expect(summaryTable([{ name: 'demo', scaler: 'ours', summary: summarise(flapping) }])).toContain('2.50');
    const svg = chart(compared, 0.5);
    expect(svg).toMatch(/^<svg xmlns/);
    expect(svg.match(/<path d="M40 [^"]+" fill="none"/g)).toHaveLength(3);
  });
});
