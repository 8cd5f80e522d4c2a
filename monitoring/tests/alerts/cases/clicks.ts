import { gauge, perSecond, series } from '../../support/world.ts';
import { type Case, one } from './case.ts';

const { app } = series;

export const clicks: readonly Case[] = [
  { alert: 'ClickBacklog', ...one(app('click_queue_bytes'), gauge(50), gauge(51)), notBefore: 25, lasts: 50, cure: 10 },
  {
    alert: 'ClickIngestStalled',
    ...one(app('click_queue_oldest_seconds'), gauge(60), gauge(61)),
    notBefore: 5,
    lasts: 30,
    cure: 10,
  },
  { alert: 'ClicksDropped', ...one(app('clicks_dropped_total'), perSecond(0), perSecond(0.1)), lasts: 30, cure: 65 },
];
