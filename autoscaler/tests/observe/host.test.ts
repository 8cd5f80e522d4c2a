import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createHost } from '../../src/observe/host.ts';

let proc: string;
const meminfo = 'MemTotal:        2031616 kB\nMemFree:          102400 kB\nMemAvailable:    1048576 kB\n';
const pressure = 'some avg10=12.50 avg60=3.00 avg300=1.00 total=123\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=0\n';

beforeEach(async () => {
  proc = await mkdtemp(`${tmpdir()}/proc-`);
  await mkdir(`${proc}/pressure`);
  await writeFile(`${proc}/meminfo`, meminfo);
  await writeFile(`${proc}/pressure/cpu`, pressure);
});

afterEach(() => rm(proc, { recursive: true, force: true }));

describe('the host', () => {
  test('pressure as a share, memory in bytes, its CPUs', async () => {
    const host = await createHost({ proc })(1_000);
    expect(host).toMatchObject({
      memory: 2_031_616 * 1_024,
      memoryAvailable: { kind: 'known', value: 1_073_741_824, at: 1_000 },
      pressure: { kind: 'known', value: 0.125, at: 1_000 },
    });
    expect(host.cpus).toBeGreaterThan(0);
  });

  test('a kernel without pressure figures → absent, which is no failure', async () => {
    await rm(`${proc}/pressure`, { recursive: true });
    expect((await createHost({ proc })(1_000)).pressure).toEqual({ kind: 'absent' });
  });

  test('a file that cannot be understood → unknown since it last could, and the memory there was', async () => {
    const read = createHost({ proc });
    await read(1_000);
    await writeFile(`${proc}/pressure/cpu`, 'rubbish');
    await writeFile(`${proc}/meminfo`, 'rubbish');
    const host = await read(5_000);
    expect(host.pressure).toMatchObject({ kind: 'unknown', since: 1_000 });
    expect(host.memory).toBe(2_031_616 * 1_024);
    await expect(read(9_000)).resolves.toMatchObject({ pressure: { kind: 'unknown', since: 1_000 } });
  });

  test('never readable → unknown since the first look', async () => {
    await writeFile(`${proc}/meminfo`, 'rubbish');
    expect(await createHost({ proc })(3_000)).toMatchObject({
      memory: Number.POSITIVE_INFINITY,
      memoryAvailable: { kind: 'unknown', since: 3_000 },
    });
  });
});
