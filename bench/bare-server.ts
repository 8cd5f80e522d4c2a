import { createServer } from 'node:http';

// The ceiling: what Node costs that does nothing but answer a constant redirect.
const [port, host = '127.0.0.1'] = process.argv.slice(2);
const headers = { Location: 'https://example.com/a/page', 'Content-Length': '0' };
const server = createServer((_request, response) => {
  response.writeHead(302, headers);
  response.end();
});
server.keepAliveTimeout = 65_000;
server.listen(Number(port), host, 1_024, () => console.log('listening'));
process.on('SIGTERM', () => process.exit(0));
