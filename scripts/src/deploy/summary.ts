import type { LocalImage } from './images.ts';

type Told = {
  commit: string;
  code: number;
  seconds: number;
  images: readonly LocalImage[];
  /** What the server said. */
  said: string;
  /** Where it is looked at from outside. */
  smoke: string | undefined;
  env: Readonly<Record<string, string | undefined>>;
};

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

/** A table of a deployment, in Markdown: what was done, how long each step took, and where to look. */
export function deploySummary(told: Told): string {
  const { code, images, said, seconds } = told;
  const rows: Row[] = [
    ...links(told),
    ['outcome', code === 0 ? 'serves' : `**failed** (exit code ${code}), everything is as before`],
    ['together', `${seconds.toFixed(0)} s`],
    ...stepTimes(said).map(([name, time]) => [name, time ? `${time} s` : '**ended here**'] as const),
    ...images.map(({ setting, name }) => [setting, `\`${name}\``] as const),
  ];
  return `| | |\n|---|---|\n${rows.map(([name, value]) => `| ${name} | ${value} |`).join('\n')}\n`;
}
