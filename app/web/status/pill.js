import { h } from 'preact';
import { hashOf } from '../page/router.js';
import { useServices } from '../page/services.js';
import { texts } from '../page/texts.js';
import { useStore } from '../parts/store.js';
import { judge } from './judge.js';

/** How the service is, at a glance, for eyes and ears. */
export function HealthPill() {
  const { stream } = useServices();
  const { mood, text } = judge(useStore(stream.health), useStore(stream.state));
  const dot = h('span', { class: 'dot', 'aria-hidden': true });
  return h('span', { role: 'status' }, h('a', { class: `pill ${mood}`, href: hashOf('status') }, dot, text));
}

/** There while nothing comes from the service. */
export function LostBar() {
  const { stream } = useServices();
  if (useStore(stream.state) !== 'lost') return null;
  return h('p', { class: 'lost', role: 'alert' }, texts.health.lost);
}
