import { createServer } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';

export interface ConnectProxy {
  /** `http://127.0.0.1:PORT`, for HTTPS_PROXY. */
  url: string;
  /** Hosts that were asked for and are not known here. */
  refused: string[];
  close(): Promise<void>;
}

/** A proxy that tunnels to ports of this machine, whatever the host: it leads nowhere else. */
export async function startConnectProxy(portOf: (host: string) => number | null): Promise<ConnectProxy> {
  const server = createServer((_, response) => response.writeHead(405).end());
  const refused: string[] = [];
  const tunnels = new Set<Socket>();
  server.on('connect', (request, socket, head) => {
    const host = (request.url ?? '').replace(/:\d+$/, '');
    const port = portOf(host);
    tunnels.add(socket as Socket);
    socket.on('error', () => {});
    if (port === null) {
      refused.push(host);
      socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
      return;
    }
    const onward = connect(port, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      onward.write(head);
      socket.pipe(onward).pipe(socket);
    });
    onward.on('error', () => socket.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    refused,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
        for (const tunnel of tunnels) tunnel.destroy();
      }),
  };
}
