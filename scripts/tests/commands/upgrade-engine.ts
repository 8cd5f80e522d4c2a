import type { Run } from '../../src/platform/run.ts';

const service = (name: string) => ({
  Id: name,
  Name: `/it-${name}-1`,
  Image: `sha256:${name}`,
  State: { Status: 'running' },
  Config: { Labels: { 'com.docker.compose.service': name } },
});

/** What an engine answers, and the versions of the images: those of what serves are 17, what is built is 18. */
export const withVersions =
  (run: Run): Run =>
  async (program, args, options) => {
    const ran = await run(program, args, options);
    const words = args.join(' ');
    const answer = (stdout: string) => (ran.code === 0 ? { ...ran, stdout } : ran);
    if (program === 'cat') return answer('FROM scratch AS database\nFROM scratch AS backup\n');
    if (words.startsWith('inspect')) return answer(JSON.stringify([service('postgres'), service('backup')]));
    if (words.startsWith('image inspect')) return answer(words.includes('.Id') ? 'sha256:new' : '');
    if (words.includes('--version')) return answer(`postgres (PostgreSQL) ${words.includes(':new') ? 18 : 17}.1`);
    return ran;
  };
