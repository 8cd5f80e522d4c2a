/** What `scripts/load` tells a run; by hand: k6 run -e TARGET=… -e API_KEY=… -e PREFIX=… (k6/README.md). */
const need = (name: string): string => {
  const value = __ENV[name];
  if (!value) throw new Error(`${name} is not set: scripts/load sets it`);
  return value;
};

const number = (name: string): number | undefined => {
  const value = __ENV[name];
  return value ? Number(value) : undefined;
};

const ids = (name: string): number[] => (__ENV[name] ?? '').split(',').filter(Boolean).map(Number);

export const settings = {
  target: need('TARGET'),
  /** Name in the target that stands for this machine; empty where it has none. */
  name: __ENV['HOST_NAME'] ?? '',
  key: __ENV['API_KEY'] ?? '',
  prefix: need('PREFIX'),
  userIds: ids('USER_IDS'),
  urlIds: ids('URL_IDS'),
  rate: number('RATE'),
  seconds: number('SECONDS'),
  users: number('USERS'),
  summary: __ENV['SUMMARY'] ?? '',
};
