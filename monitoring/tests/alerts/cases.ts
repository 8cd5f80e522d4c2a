import { scaling } from './cases/autoscaler.ts';
import type { Case } from './cases/case.ts';
import { clicks } from './cases/clicks.ts';
import { dependencies } from './cases/dependencies.ts';
import { machine } from './cases/machine.ts';
import { requests } from './cases/requests.ts';
import { services } from './cases/services.ts';
import { slo } from './cases/slo.ts';
import { upkeep } from './cases/upkeep.ts';

/** Every alert's threshold, group by group as the alerts are. */
export const cases: readonly Case[] = [
  ...services,
  ...requests,
  ...dependencies,
  ...scaling,
  ...clicks,
  ...machine,
  ...slo,
  ...upkeep,
];
