import { drawLines, type Strip } from '../charts/lines.ts';
import type { LoadResult } from './result.ts';
import { cpusOf, type Look } from './usage.ts';

const colours: Readonly<Record<string, string>> = {
  app: '#1f77b4',
  nginx: '#2ca02c',
  postgres: '#9467bd',
  queue: '#d62728',
  k6: '#7f7f7f',
};

/** Requests, failures, replicas and CPU over a run, as SVG. */
export function drawLoad({ scenario, moments, phases }: LoadResult, looks: readonly Look[]): string {
  const over = (pick: (moment: LoadResult['moments'][number]) => number | undefined) =>
    moments.map((moment) => [moment.seconds, pick(moment)] as const);
  const strips: Strip[] = [
    {
      title: 'requests a second',
      lines: [{ name: 'requests', colour: '#1f77b4', points: over(({ perSecond }) => perSecond) }],
    },
    {
      title: 'failed and not sent, since the beginning',
      lines: [
        { name: 'failed', colour: '#d62728', points: over(({ failed }) => failed) },
        { name: 'not sent', colour: '#7f7f7f', points: over(({ dropped }) => dropped) },
      ],
    },
  ];
  if (looks.length > 1) {
    const services = ['nginx', 'app', 'postgres', 'queue'];
    strips.push({
      title: 'replicas',
      lines: [{ name: 'replicas', colour: '#ff7f0e', points: over(({ replicas }) => replicas) }],
    });
    strips.push({
      title: 'CPUs in use',
      lines: services.map((name) => ({
        name,
        colour: colours[name] ?? '#333',
        points: cpusOf(looks, name).map(({ seconds, cpus }) => [seconds, cpus] as const),
      })),
    });
  }
  const marks = phases.map(({ phase }) => ({ seconds: phase.start, text: phase.name.replace('step_', '') }));
  return drawLines({ title: `load: ${scenario}`, seconds: moments.at(-1)?.seconds ?? 1, strips, marks });
}
