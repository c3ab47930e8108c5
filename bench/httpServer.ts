import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** The API of `server.ts` over HTTP, with tokens that never expire. Sends the port to the parent process. */
const grant = {
  accessToken: 'access-0',
  refreshToken: 'refresh-0',
  expiresIn: 3600,
  user: { id: 'ada' },
};

const server = createServer((request, response) => {
  request.resume();
  response.setHeader('Content-Type', 'application/json');
  response.end(JSON.stringify(request.url === '/items' ? { items: [1, 2, 3] } : grant));
});
server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port));
process.on('disconnect', () => process.exit());
