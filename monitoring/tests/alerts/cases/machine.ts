import { gauge, perSecond } from '../../support/world.ts';
import { type Case, one, share } from './case.ts';

const available = 'node_memory_MemAvailable_bytes{job="node"}';
const working = 'container_memory_working_set_bytes{job="autoscaler", container="app-1"}';
const free = 'node_filesystem_avail_bytes{job="node", fstype="ext4", device="/dev/vda", mountpoint="/"}';

const size = 'node_filesystem_size_bytes{job="node", fstype="ext4", device="/dev/vda", mountpoint="/"}';

export const machine: readonly Case[] = [
  {
    alert: 'HighMemoryUsage',
    severity: 'warning',
    ...one(available, gauge(10), gauge(9.9)),
    notBefore: 115,
    lasts: 140,
    cure: 10,
  },
  {
    alert: 'HighMemoryUsage',
    severity: 'critical',
    ...one(available, gauge(4), gauge(3.9)),
    notBefore: 25,
    lasts: 50,
    cure: 10,
  },
  {
    alert: 'HighCPU',
    ...share(
      'node_cpu_seconds_total{job="node", cpu="0", mode="idle"}',
      'node_cpu_seconds_total{job="node", cpu="0", mode="user"}',
      94.5,
      95.5,
    ),
    step: 15,
    notBefore: 285,
    lasts: 510,
    cure: 150,
  },
  {
    alert: 'ContainerNearLimit',
    severity: 'warning',
    ...one(working, gauge(90), gauge(91)),
    notBefore: 55,
    lasts: 80,
    cure: 10,
  },
  {
    alert: 'ContainerNearLimit',
    severity: 'critical',
    ...one(working, gauge(97), gauge(98)),
    notBefore: 10,
    lasts: 40,
    cure: 10,
  },
  { alert: 'OOMKill', ...one('node_vmstat_oom_kill{job="node"}', perSecond(0), perSecond(0.02)), lasts: 60, cure: 310 },
  {
    alert: 'DiskFillingUp',
    severity: 'warning',
    // A day is 86,400 s: empty a little later, and a little sooner.
    below: {
      [free.replace('/dev/vda', '/dev/vdc')]: gauge(39, -39 / 95_000),
      [size.replace('/dev/vda', '/dev/vdc')]: gauge(100),
    },
    above: {
      [free.replace('/dev/vda', '/dev/vdc')]: gauge(39, -39 / 85_000),
      [size.replace('/dev/vda', '/dev/vdc')]: gauge(100),
    },
    step: 15,
    notBefore: 3600,
    lasts: 4200,
    cure: 30,
  },
  {
    alert: 'DiskFillingUp',
    severity: 'warning',
    below: { [free.replace('/dev/vda', '/dev/vdb')]: gauge(15), [size.replace('/dev/vda', '/dev/vdb')]: gauge(100) },
    above: { [free.replace('/dev/vda', '/dev/vdb')]: gauge(14.9), [size.replace('/dev/vda', '/dev/vdb')]: gauge(100) },
    step: 15,
    notBefore: 285,
    lasts: 360,
    cure: 30,
  },
  {
    alert: 'DiskFillingUp',
    severity: 'critical',
    ...one(free, gauge(5), gauge(4.9)),
    notBefore: 25,
    lasts: 50,
    cure: 10,
  },
];
