/** Dashboards by their fixed uid, and of each the panels that somebody points to, by their fixed id. */
export const boards = {
  golden: {
    uid: 'shortstack-golden',
    panels: {
      budget: 1,
      burn: 2,
      alerts: 3,
      replicas: 4,
      probe: 5,
      mail: 6,
      traffic: 10,
      errors: 11,
      latency: 12,
      heatmap: 13,
      saturation: 14,
      eventLoop: 15,
      dependencies: 16,
      pool: 17,
      cache: 18,
      clicks: 19,
      errorLogs: 20,
      refused: 21,
    },
  },
  autoscaler: {
    uid: 'shortstack-autoscaler',
    panels: {
      replicas: 1,
      use: 2,
      decisions: 3,
      changes: 4,
      tick: 5,
      edge: 6,
      steps: 7,
      failures: 8,
      releases: 9,
      bound: 10,
      unknown: 11,
      load: 12,
      inFlight: 13,
    },
  },
  clicks: {
    uid: 'shortstack-clicks',
    panels: { flow: 1, backlog: 2, age: 3, dropped: 4, buffered: 5, duplicates: 6, ways: 7 },
  },
  stores: {
    uid: 'shortstack-stores',
    panels: {
      up: 1,
      connections: 2,
      transactions: 3,
      size: 4,
      locks: 5,
      memory: 6,
      commands: 7,
      hits: 8,
      keys: 9,
      backup: 10,
      evicted: 11,
    },
  },
  machine: {
    uid: 'shortstack-machine',
    panels: {
      cpu: 1,
      memory: 2,
      disk: 3,
      network: 4,
      pressure: 5,
      containerMemory: 6,
      containerCpu: 7,
      oom: 8,
      targets: 9,
      certificate: 10,
    },
  },
  slo: {
    uid: 'shortstack-slo',
    panels: { availability: 1, latencyP95: 2, latencyP99: 3, budget: 4, burn: 5 },
  },
} as const;

export type Board = keyof typeof boards;
/** A panel of a board, as `[board, panel]`. */
export type Panel = { [B in Board]: readonly [B, keyof (typeof boards)[B]['panels']] }[Board];

/** The fixed id of a panel in its dashboard. */
export function panelId([board, panel]: Panel): number {
  const ids: Readonly<Record<string, number>> = boards[board].panels;
  return ids[panel] ?? 0;
}

/** Where a panel is, below Grafana's own address. */
export const panelAddress = (panel: Panel): string => `/d/${boards[panel[0]].uid}?viewPanel=${panelId(panel)}`;
