import type { Alert } from './alert.ts';

const memoryLeft = 'min(node_memory_MemAvailable_bytes{job="node"} / node_memory_MemTotal_bytes{job="node"})';
const disk = 'job="node", fstype=~"ext.|xfs|btrfs|zfs"';
/** One line a disk, however often it is mounted. */
const diskLeft = `min by (device) (node_filesystem_avail_bytes{${disk}} / node_filesystem_size_bytes{${disk}})`;
const avail = `node_filesystem_avail_bytes{${disk}}`;
/** A day ahead, from six hours or what there is of them, but not from a few minutes. */
const dayAhead = `min by (device) (predict_linear(${avail}[6h], 86400) and count_over_time(${avail}[6h]) > 240) < 0`;
const full = 'max by (container) (container_memory_working_set_bytes / (container_memory_limit_bytes > 0))';

const share = '{{ $value | humanizePercentage }}';
const host = { service: 'host' } as const;

const memory = (severity: 'warning' | 'critical', left: number): Alert => ({
  ...host,
  name: 'HighMemoryUsage',
  expr: `${memoryLeft} < ${left}`,
  for: severity === 'critical' ? '30s' : '2m',
  severity,
  summary: `Only ${share} of the memory is left`,
  description: `The machine has ${share} of its memory left (limit ${left * 100} %). Next the kernel ends something.`,
  firstStep: 'docker stats --no-stream',
  panel: ['machine', 'memory'],
});

const nearLimit = (severity: 'warning' | 'critical', limit: number): Alert => ({
  name: 'ContainerNearLimit',
  expr: `${full} > ${limit}`,
  for: severity === 'critical' ? '15s' : '1m',
  severity,
  service: '{{ $labels.container }}',
  summary: `{{ $labels.container }} uses ${share} of its memory limit`,
  description: `{{ $labels.container }} uses ${share} of the memory that it may (limit ${limit * 100} %), and is ended at 100 %.`,
  firstStep: 'docker stats --no-stream {{ $labels.container }}',
  panel: ['machine', 'containerMemory'],
});

const diskFilling = (severity: 'warning' | 'critical', expr: string, wait: string): Alert => ({
  ...host,
  name: 'DiskFillingUp',
  expr,
  for: wait,
  severity,
  summary: `Only ${share} of the disk {{ $labels.device }} is left`,
  description: `{{ $labels.device }} has ${share} of its space left. Without space Postgres and the queue stop.`,
  firstStep: 'docker system df && df -h',
  panel: ['machine', 'disk'],
});

/** The machine and its containers: before the kernel ends something, and not after. */
export const machineAlerts: readonly Alert[] = [
  memory('warning', 0.1),
  memory('critical', 0.04),
  {
    ...host,
    name: 'HighCPU',
    expr: 'machine:cpu_busy:ratio2m > 0.95',
    for: '5m',
    severity: 'warning',
    summary: `The CPUs are ${share} busy`,
    description: `All CPUs together have been ${share} busy for five minutes (limit 95 %).`,
    firstStep: 'docker stats --no-stream',
    panel: ['machine', 'cpu'],
  },
  nearLimit('warning', 0.9),
  nearLimit('critical', 0.97),
  {
    ...host,
    name: 'OOMKill',
    expr: 'sum(increase(node_vmstat_oom_kill{job="node"}[5m])) > 0',
    severity: 'critical',
    summary: 'The kernel has ended a process for want of memory',
    description:
      '{{ $value | humanize }} processes were ended in the last five minutes, of a container at its limit or of the machine.',
    firstStep: 'docker ps -a --filter status=restarting --filter status=exited; dmesg | grep -i oom | tail',
    panel: ['machine', 'oom'],
  },
  diskFilling('warning', `(${diskLeft} < 0.15) or (${diskLeft} < 0.4 and ${dayAhead})`, '5m'),
  diskFilling('critical', `${diskLeft} < 0.05`, '30s'),
];
