import type { Run } from '../../src/platform/run.ts';

type Options = NonNullable<Parameters<Run>[2]>;

/** An engine that has volumes and a Postgres, on which all goes well but what one says. */
export type Engine = {
  run: Run;
  /** `docker volume` alone. */
  volume: (...words: string[]) => ReturnType<Run>;
  /** Has what is asked with these words fail, so many times or always. */
  fails(words: string, times?: number): void;
  /** Has something happen when these words are asked, before they are done. */
  at(words: string, what: () => unknown): void;
  /** Has a container run until it is removed, which it does not hear the first so many times. */
  endsWhenRemoved(words: string, deaf: number): void;
  /** A volume that is there already. */
  has(volume: string): void;
  volumes(): string[];
  /** Volume of the container of Postgres. */
  servedBy(): string;
  /** When these words were asked first, as a number in the order; -1 for never. */
  when(words: string): number;
  /** What each program was run with. */
  options(): readonly Options[];
};

const postgres = {
  Id: 'p',
  Name: '/it-postgres-1',
  State: { Status: 'running' },
  Config: { Labels: { 'com.docker.compose.service': 'postgres' } },
};
const ok = (stdout = '') => ({ code: 0, stdout, stderr: '' });

export function makeEngine(): Engine {
  const asked: { words: string; options: Options }[] = [];
  const volumes = new Set(['it_postgres', 'it_postgres_older']);
  const failures = new Map<string, number>();
  const happenings: [words: string, what: () => unknown][] = [];
  let serves = 'it_postgres';
  let ending: { words: string; deaf: number } | undefined;
  let removed = Promise.withResolvers<void>();

  function failsNow(words: string): boolean {
    for (const [failing, times] of failures) {
      if (!words.includes(failing) || times === 0) continue;
      failures.set(failing, times - 1);
      return true;
    }
    return false;
  }

  async function answer(words: string, { env }: Options) {
    if (words.startsWith('ps')) return ok('p\n');
    if (words.startsWith('inspect')) return ok(JSON.stringify([postgres]));
    const name = words.split(' ').at(-1) ?? '';
    if (words.startsWith('volume create')) volumes.add(name);
    if (words.startsWith('volume rm')) volumes.delete(name);
    if (words.includes('up --no-start')) serves = env?.['POSTGRES_VOLUME'] ?? serves;
    if (words.startsWith('rm --force') && ending && ending.deaf-- <= 0) removed.resolve();
    if (ending && words.includes(ending.words)) {
      await removed.promise;
      return { code: 137, stdout: '', stderr: '' };
    }
    return ok();
  }

  const run: Run = async (_docker, args, options = {}) => {
    const words = args.join(' ');
    if (options.signal?.aborted) return { code: 137, stdout: '', stderr: 'interrupted' };
    asked.push({ words, options });
    for (const [at, what] of happenings) if (words.includes(at)) await what();
    if (options.signal?.aborted) return { code: 137, stdout: '', stderr: 'interrupted' };
    return failsNow(words) ? { code: 1, stdout: '', stderr: 'failed' } : await answer(words, options);
  };

  return {
    run,
    volume: (...words) => run('docker', ['volume', ...words]),
    fails: (words, times = Number.POSITIVE_INFINITY) => void failures.set(words, times),
    at: (words, what) => void happenings.push([words, what]),
    endsWhenRemoved(words, deaf) {
      ending = { words, deaf };
      removed = Promise.withResolvers();
    },
    has: (volume) => void volumes.add(volume),
    volumes: () => [...volumes],
    servedBy: () => serves,
    when: (what) => asked.findIndex(({ words }) => words.includes(what)),
    options: () => asked.map(({ options }) => options),
  };
}
