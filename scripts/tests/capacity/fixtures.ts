import type { Demand } from '../../src/capacity/plan.ts';
import type { Figures } from '../../src/capacity/profiles.ts';

const source = { command: 'a command', commit: 'abc1234', machine: '2 cores' };

/** Round figures: a hit is 100 µs, a miss 100 more, a create 500. */
export const figures: Figures = {
  cpu: {
    sources: { hit: source, miss: source, create: source, idle: 'assumed', monitoring: 'assumed', usable: 'assumed' },
    hit: { nginx: 30, app: 50, postgres: 10, cache: 0, queue: 10 },
    miss: { nginx: 0, app: 60, postgres: 30, cache: 10, queue: 0 },
    create: { nginx: 50, app: 250, postgres: 200, cache: 0, queue: 0 },
    idle: 0.1,
    monitoring: { observability: 0.1, full: 0.3 },
    usable: 0.8,
  },
  memory: { sources: { fixed: source, system: source, replica: source }, fixed: 800, system: 300, replica: 200 },
  disk: {
    sources: {
      click: source,
      linkDay: source,
      url: source,
      system: 'assumed',
      wal: source,
      logs: 'assumed',
      backupShare: 'assumed',
    },
    ...{ click: 250, linkDay: 1_000, url: 500, system: 6, wal: 1, logs: 1, backupShare: 0.5 },
  },
  network: { sources: { redirect: source }, redirect: 4_000 },
  replica: { cpus: 0.75, targetShare: 0.6, connections: 12, fewest: 2 },
  connections: { most: 96, reserve: 8 },
  bounds: { replicas: 5, nginxCpus: 2, postgresCpus: 1.5, backupsKept: 2 },
  breakpoint: {
    source: { ...source, at: '2026-01-02T00:00:00.000Z' },
    perSecond: 7_500,
    cores: 2,
    hitRatio: 1,
    generatorMicros: 100,
  },
  monitoringMb: { core: 0, observability: 150, full: 350 },
  machines: {
    note: 'Check prices.',
    list: [
      { name: 'large', cores: 4, memoryMb: 8_192, diskGb: 500, transferTb: 5, dollars: 48 },
      { name: 'small', cores: 2, memoryMb: 2_048, diskGb: 60, transferTb: 3, dollars: 18 },
    ],
  },
};

export const demand: Demand = {
  rate: 1_000,
  hitRatio: 0.5,
  creates: 100,
  clicksPerDay: 1_000_000,
  linksPerDay: 10_000,
  urls: 1_000_000,
  retention: 0,
  profile: 'core',
};
