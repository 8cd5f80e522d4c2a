import { createServer } from 'node:http';
import { hostname } from 'node:os';

let ready = true;
process.once('SIGTERM', () => {
  ready = false;
  setTimeout(() => process.exit(), 500);
});
createServer((request, response) => {
  if (request.url === '/ready') response.writeHead(ready ? 200 : 503).end();
  else response.end(`hello from ${hostname()}\n`);
}).listen(3000);
