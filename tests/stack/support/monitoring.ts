import { base, project, settings } from './place.ts';
import { mustScript } from './programs.ts';
import { wrongAnswers } from './queries.ts';
import { eventually, shorten, stack, untilServing } from './stack.ts';

export const prometheus = `http://127.0.0.1:${settings.PROMETHEUS_PORT}/api/v1`;

const up = (profile: string): Promise<string> => mustScript('up', '--images=debian', '--profile', profile);

/** Brings up what watches the stack, too. */
export async function raiseMonitoring(profile: 'observability' | 'full' = 'observability'): Promise<void> {
  await up(profile);
  await untilServing(2, 120_000);
}

const keeps = ['prometheus', 'alertmanager', 'loki', 'collector'];

/** Back to the core alone; what was seen is forgotten, for whoever watches next shall not be told of it. */
export async function lowerMonitoring(): Promise<void> {
  await up('core');
  await stack.volume('rm', '--force', ...keeps.map((volume) => `${project}_${volume}`));
}

/**
 * Follows a link again and again, for so many minutes at most, until every panel has something to show that can have it by then;
 * fails with what has not.
 */
export async function followUntilAllShow(minutes: number): Promise<void> {
  const code = await shorten('https://example.com/');
  const look = async () => {
    for (let count = 0; count < 40; count += 1) await fetch(`${base}/${code}`, { redirect: 'manual' });
    return (await wrongAnswers(prometheus, minutes)).length === 0 ? true : undefined;
  };
  await eventually('every panel has something to show', look, minutes * 60_000).catch(async (cause: unknown) => {
    throw new Error((await wrongAnswers(prometheus, minutes)).join('\n'), { cause });
  });
}
