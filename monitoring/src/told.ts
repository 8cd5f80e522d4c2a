/** Receivers of Alertmanager that are always there: people and nobody. A further one is the heartbeat, with one way of its own. */
const always = 2;

/** PromQL of how many ways lead from an alert to people: mail, chat. The heartbeat is none: it tells of the machine alone. */
export const waysToPeople = `max(alertmanager_integrations) - (max(alertmanager_receivers) - ${always})`;
