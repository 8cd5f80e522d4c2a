import { join } from 'node:path';

type Site = {
  name: string;
  /** Where it listens. */
  address: string;
  /** The servers behind it: host:port, or unix:path. */
  upstream: readonly string[];
};

/** Fields as in production, so that writing the log costs what it costs there. */
const logFormat = [
  '{"time":"$time_iso8601","request_id":"$request_id","method":"$request_method","uri":"$request_uri",',
  '"status":$status,"bytes":$body_bytes_sent,"time_s":$request_time,"upstream":"$upstream_addr",',
  '"upstream_time_s":"$upstream_response_time","address":"$remote_addr","agent":"$http_user_agent"}',
];

const site = (folder: string, { name, address, upstream }: Site): string => `
  upstream ${name} {
    zone ${name} 64k;
    least_conn;
    ${upstream.map((server) => `server ${server} max_fails=3 fail_timeout=2s;`).join('\n    ')}
    keepalive 512;
    keepalive_timeout 60s;
  }
  server {
    listen ${address} backlog=4096;
    access_log ${join(folder, `${name}.log`)} json buffer=64k flush=1s;
    location / {
      proxy_pass http://${name};
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_set_header Host $http_host;
      proxy_set_header X-Request-ID $request_id;
      proxy_set_header X-Forwarded-For $remote_addr;
      proxy_connect_timeout 1s;
      proxy_read_timeout 30s;
      client_max_body_size 32m;
    }
  }`;

/** One nginx for all sites, so that what is compared differs only in what answers behind it. */
export const nginxConfig = (folder: string, sites: readonly Site[]): string => `
worker_processes 2;
pid ${join(folder, 'nginx.pid')};
error_log ${join(folder, 'error.log')} warn;
events { worker_connections 4096; }
http {
  log_format json escape=json '${logFormat.join("'\n    '")}';
  client_body_temp_path ${join(folder, 'body')};
  proxy_temp_path ${join(folder, 'proxy')};
  fastcgi_temp_path ${join(folder, 'fastcgi')};
  uwsgi_temp_path ${join(folder, 'uwsgi')};
  scgi_temp_path ${join(folder, 'scgi')};
  server_tokens off;
  tcp_nodelay on;
  keepalive_timeout 65s;
  keepalive_requests 100000;
${sites.map((each) => site(folder, each)).join('\n')}
}
`;
