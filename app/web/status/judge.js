/** @import { Health } from '../types.d.ts' */
import { texts } from '../page/texts.js';

/** Clicks that wait longer are worth a word; seconds. */
const late = 60;

/**
 * In one word and one sentence how the service is.
 * @param {Health | undefined} health
 * @param {'waiting' | 'live' | 'lost'} state
 * @returns {{ mood: 'good' | 'bad' | 'unsure', text: string }}
 */
export function judge(health, state) {
  if (state === 'lost') return { mood: 'bad', text: texts.health.lost };
  if (!health) return { mood: 'unsure', text: texts.health.waiting };
  const names = Object.entries(health.dependencies).flatMap(([name, is]) => (is === 'down' ? [storeName(name)] : []));
  if (names.length > 0) return { mood: 'bad', text: texts.health.down(names) };
  if (health.reason) return { mood: 'bad', text: health.reason };
  const { oldest_seconds: oldest } = health.waiting;
  if (oldest > late) return { mood: 'unsure', text: texts.health.behind(oldest) };
  return { mood: 'good', text: texts.health.good };
}

/** @param {string} name */
export const storeName = (name) => /** @type {Record<string, string>} */ (texts.health.store)[name] ?? name;
