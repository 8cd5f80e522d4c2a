// Only what the programs need: the caller's PGDATA, PGPORT or LC_ALL would change what they do.
export const serverEnvironment = { PATH: '/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin', LC_ALL: 'C', TZ: 'UTC' };
