import { type BoardSpec, falling, rising } from '../dashboards/spec.ts';

const rate = '$__rate_interval';
const disk = 'fstype=~"ext.|xfs|btrfs|zfs"';

/** The machine and its containers. */
export const machineBoard: BoardSpec = {
  board: 'machine',
  title: 'Shortstack: machine and containers',
  description: 'CPU, memory, disk; what each container uses of what it may; who answers Prometheus.',
  rows: [
    {
      title: 'Machine',
      panels: [
        {
          panel: ['machine', 'cpu'],
          kind: 'stacked',
          title: 'CPU',
          description:
            'Share of all CPUs, by what they do. The alert is at 95 %, without what is only waited for (iowait) or taken by others (steal).',
          queries: [
            {
              expr: `sum by (mode) (rate(node_cpu_seconds_total{mode!="idle"}[${rate}])) / on () group_left () count(count by (cpu) (node_cpu_seconds_total))`,
              legend: '{{mode}}',
            },
          ],
          unit: 'percentunit',
          min: 0,
          max: 1,
          steps: rising(0.8, 0.95),
          width: 8,
        },
        {
          panel: ['machine', 'memory'],
          kind: 'lines',
          title: 'Memory',
          description: 'In use, and all. The alerts are at 10 % and 4 % left.',
          queries: [
            { expr: 'node_memory_MemTotal_bytes - node_memory_MemAvailable_bytes', legend: 'used' },
            { expr: 'node_memory_MemTotal_bytes', legend: 'all' },
            { expr: '0.9 * node_memory_MemTotal_bytes', legend: 'warning', limit: true },
            { expr: '0.96 * node_memory_MemTotal_bytes', legend: 'critical', limit: true },
          ],
          unit: 'bytes',
          min: 0,
          width: 8,
        },
        {
          panel: ['machine', 'disk'],
          kind: 'lines',
          title: 'Disk left',
          description: 'The alerts are at 15 % and 5 %.',
          queries: [
            {
              expr: `node_filesystem_avail_bytes{${disk}} / node_filesystem_size_bytes{${disk}}`,
              legend: '{{mountpoint}}',
            },
          ],
          unit: 'percentunit',
          min: 0,
          max: 1,
          steps: falling(0.15, 0.05),
          width: 8,
        },
        {
          panel: ['machine', 'pressure'],
          kind: 'lines',
          title: 'Pressure',
          description: 'Share of time in which somebody waited.',
          queries: [
            { expr: `rate(node_pressure_cpu_waiting_seconds_total[${rate}])`, legend: 'CPU' },
            { expr: `rate(node_pressure_io_waiting_seconds_total[${rate}])`, legend: 'disk' },
            { expr: `rate(node_pressure_memory_waiting_seconds_total[${rate}])`, legend: 'memory' },
          ],
          unit: 'percentunit',
          min: 0,
          width: 8,
        },
        {
          panel: ['machine', 'network'],
          kind: 'lines',
          title: 'Connections of nginx',
          description: 'Clients that are connected.',
          queries: [
            { expr: 'nginx_connections_active', legend: 'active' },
            { expr: 'nginx_connections_writing', legend: 'writing' },
          ],
          unit: 'none',
          min: 0,
          width: 8,
        },
        {
          panel: ['machine', 'oom'],
          kind: 'stat',
          title: 'Processes ended for want of memory',
          description: 'In the last hour. Any is an alert.',
          queries: [{ expr: 'sum(increase(node_vmstat_oom_kill[1h]))' }],
          unit: 'none',
          decimals: 0,
          steps: rising(1, 1),
          width: 8,
          height: 8,
        },
      ],
    },
    {
      title: 'Containers',
      panels: [
        {
          panel: ['machine', 'containerMemory'],
          kind: 'lines',
          title: 'Memory over its limit',
          description: 'A container is ended at 100 %. The alerts are at 90 % and 97 %.',
          queries: [
            {
              expr: 'max by (container) (container_memory_working_set_bytes / (container_memory_limit_bytes > 0))',
              legend: '{{container}}',
            },
          ],
          unit: 'percentunit',
          min: 0,
          max: 1,
          steps: rising(0.9, 0.97),
          width: 12,
        },
        {
          panel: ['machine', 'containerCpu'],
          kind: 'stacked',
          title: 'CPUs',
          description: 'How many CPUs each container uses.',
          queries: [
            { expr: `sum by (container) (rate(container_cpu_seconds_total[${rate}]))`, legend: '{{container}}' },
          ],
          unit: 'none',
          min: 0,
          width: 12,
        },
      ],
    },
    {
      title: 'Who answers',
      panels: [
        {
          panel: ['machine', 'targets'],
          kind: 'table',
          title: 'Targets of Prometheus',
          description: '1 answers, 0 does not.',
          queries: [{ expr: 'min by (job, instance) (up)', instant: true }],
          unit: 'none',
          width: 16,
        },
        {
          panel: ['machine', 'certificate'],
          kind: 'stat',
          title: 'The certificate ends in',
          description: 'Renewed 30 days before its end; the alert is at 14.',
          queries: [{ expr: 'min(probe_ssl_earliest_cert_expiry) - time()' }],
          unit: 's',
          steps: falling(30 * 86_400, 14 * 86_400),
          width: 8,
          height: 8,
        },
      ],
    },
  ],
};
