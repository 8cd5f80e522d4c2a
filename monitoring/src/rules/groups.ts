import { stringify } from 'yaml';
import { type Alert, alertRule } from '../alerts/alert.ts';
import { autoscalerAlerts } from '../alerts/autoscaler.ts';
import { clickAlerts } from '../alerts/clicks.ts';
import { dependencyAlerts } from '../alerts/dependencies.ts';
import { machineAlerts } from '../alerts/machine.ts';
import { requestAlerts } from '../alerts/requests.ts';
import { serviceAlerts } from '../alerts/services.ts';
import { sloAlerts } from '../alerts/slo.ts';
import { upkeepAlerts } from '../alerts/upkeep.ts';
import { recordedGroups } from './recorded.ts';

const alertGroups: Readonly<Record<string, readonly Alert[]>> = {
  services: serviceAlerts,
  requests: requestAlerts,
  dependencies: dependencyAlerts,
  autoscaler: autoscalerAlerts,
  clicks: clickAlerts,
  machine: machineAlerts,
  slo: sloAlerts,
  upkeep: upkeepAlerts,
};

/** Every alert, in the order in which the runbook has them. Two of one name differ in severity or cause. */
export const alerts: readonly Alert[] = Object.values(alertGroups).flat();

const head = '# Made by `npm run generate` from monitoring/src; not to be edited by hand.\n';
const yaml = (groups: unknown): string => `${head}${stringify({ groups }, { lineWidth: 0 })}`;

/** The rule files of Prometheus, by name. */
export const ruleFiles = (): Record<string, string> => ({
  'recorded.yml': yaml(recordedGroups),
  'alerts.yml': yaml(
    Object.entries(alertGroups).map(([name, group]) => ({ name: `alerts: ${name}`, rules: group.map(alertRule) })),
  ),
});
