/** What was found on the machine; undefined where it could not be read. */
export type Machine = {
  engine: string | undefined;
  compose: string | undefined;
  /** Why the engine does not answer. */
  engineError: string;
  memory: number;
  diskFree: number;
  /** Ports that something else listens on. */
  taken: readonly number[];
};

export type Finding = { kind: 'wrong' | 'warning'; what: string; remedy: string };

const mebibyte = 1_048_576;
const leastMemory = 1_800 * mebibyte;
const leastDisk = 3_072 * mebibyte;
/** What going back needs: settings, a copy of the files, containers. Its images are there. */
const leastDiskBack = 128 * mebibyte;
const leastEngine = 25;
const leastCompose = [2, 24] as const;

/** The numbers that a version begins with: `2.40.3-3` is [2, 40]. */
export function parseVersion(text: string): readonly [number, number] | undefined {
  const match = /^v?(\d+)\.(\d+)/.exec(text.trim());
  return match ? [Number(match[1]), Number(match[2])] : undefined;
}

const isOlder = (version: string, [major, minor]: readonly [number, number]): boolean => {
  const found = parseVersion(version);
  return found === undefined || found[0] < major || (found[0] === major && found[1] < minor);
};

function findEngine({ engine, engineError, compose }: Machine): Finding[] {
  if (engine === undefined)
    return [
      {
        kind: 'wrong',
        what: `Docker does not answer: ${engineError}`,
        remedy: 'install Docker Engine and start it (a bare Debian: scripts/install-docker), or join the group docker',
      },
    ];
  const findings: Finding[] = [];
  if (isOlder(engine, [leastEngine, 0]))
    findings.push({
      kind: 'wrong',
      what: `Docker Engine ${engine} is too old`,
      remedy: 'install Docker Engine 25 or newer',
    });
  if (compose === undefined || isOlder(compose, leastCompose))
    findings.push({
      kind: 'wrong',
      what: compose === undefined ? 'Docker Compose is missing' : `Docker Compose ${compose} is too old`,
      remedy: 'install the Compose plugin 2.24 or newer',
    });
  return findings;
}

/** What this machine lacks for the stack, and what to do about it. A full disk keeps nobody from going back (`urgent`). */
export function findMissing(machine: Machine, urgent = false): Finding[] {
  const findings = findEngine(machine);
  const mebibytes = (bytes: number) => `${Math.round(bytes / mebibyte)} MiB`;
  if (machine.memory < leastMemory)
    findings.push({
      kind: 'warning',
      what: `this machine has ${mebibytes(machine.memory)} of memory, the stack is made for 2 GB`,
      remedy: 'use a bigger machine, or expect fewer replicas',
    });
  if (machine.diskFree < leastDisk)
    findings.push({
      kind: urgent && machine.diskFree >= leastDiskBack ? 'warning' : 'wrong',
      what: `only ${mebibytes(machine.diskFree)} of disk are free`,
      remedy: 'free 3 GB (docker system df shows what images and volumes take)',
    });
  for (const port of machine.taken)
    findings.push({
      kind: 'wrong',
      what: `something else listens on port ${port}`,
      remedy: 'stop it, or set HTTP_PORT and HTTPS_PORT in .env to free ports',
    });
  return findings;
}
