import { project, settings } from './place.ts';
import { mustScript } from './programs.ts';
import { stack, untilServing } from './stack.ts';

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
