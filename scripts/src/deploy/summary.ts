import { appendFile } from 'node:fs/promises';
import type { LocalImage } from './images.ts';

type Told = {
  commit: string;
  code: number;
  /** Why it failed, if it did, and what serves then. */
  why: string;
  seconds: number;
  images: readonly LocalImage[];
  /** What the server said. */
  said: string;
  /** Where it is looked at from outside. */
  smoke: string | undefined;
  env: Readonly<Record<string, string | undefined>>;
};

/** Adds what has become known. */
export type Tell = (more: Partial<Told>) => void;

type Row = readonly [string, string];

/** Each step with its time, as the server's output has them; one without a time is where it ended. */
export function stepTimes(said: string): Row[] {
  const rows = [...said.matchAll(/^── (.+)$|^ {3}(\d+\.\d) s$/gm)];
  return rows.flatMap(([, name], index) => (name ? [[name, rows[index + 1]?.[2] ?? ''] as const] : []));
}

const link = (text: string, address: string): string => `[${text}](${address})`;

function links({ commit, env, smoke }: Told): Row[] {
  const { GITHUB_SERVER_URL, GITHUB_REPOSITORY, GITHUB_RUN_ID } = env;
  const home = GITHUB_SERVER_URL && GITHUB_REPOSITORY ? `${GITHUB_SERVER_URL}/${GITHUB_REPOSITORY}` : undefined;
  return [
    ['commit', home ? link(commit.slice(0, 12), `${home}/commit/${commit}`) : commit],
    ...(home && GITHUB_RUN_ID ? [['log', link('this run', `${home}/actions/runs/${GITHUB_RUN_ID}`)] as const] : []),
    ...(smoke ? [['serves at', link(new URL(smoke).host, new URL(smoke).origin)] as const] : []),
  ];
}

/** Text of somebody else in a table. */
const cell = (text: string): string => text.replace(/[|<>`]/g, (sign) => `\\${sign}`);

/** A table of a deployment, in Markdown: what was done, how long each step took, and where to look. */
export function deploySummary(told: Told): string {
  const { code, images, said, seconds, why } = told;
  const rows: Row[] = [
    ...links(told),
    ['outcome', code === 0 ? 'serves' : `**failed** (exit code ${code}): ${cell(why)}`],
    ['together', `${seconds.toFixed(0)} s`],
    ...stepTimes(said).map(([name, time]) => [name, time ? `${time} s` : '**ended here**'] as const),
    ...images.map(({ setting, name }) => [setting, `\`${name}\``] as const),
  ];
  return `| | |\n|---|---|\n${rows.map(([name, value]) => `| ${name} | ${value} |`).join('\n')}\n`;
}

/** Runs a deployment and adds its table to a file, if there is one, however it ends. */
export async function withSummary(
  file: string | undefined,
  known: Pick<Told, 'commit' | 'smoke' | 'env'>,
  use: (tell: Tell) => Promise<number>,
): Promise<number> {
  const start = performance.now();
  let told: Told = { ...known, code: 1, why: '', seconds: 0, images: [], said: '' };
  const tell: Tell = (more) => {
    told = { ...told, ...more };
  };
  try {
    const code = await use(tell);
    tell({ code });
    return code;
  } catch (error) {
    tell({ why: (error as Error).message.split('\n')[0] ?? '' });
    throw error;
  } finally {
    tell({ seconds: (performance.now() - start) / 1_000 });
    if (file) await appendFile(file, deploySummary(told));
  }
}
