import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Arrivals } from './arrivals.ts';

export interface Asked {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A gateway's HTTP side: keeps what it is asked and gives one answer to all. */
export interface Gateway {
  readonly url: string;
  answer: { status: number; body: string };
  next(): Promise<Asked>;
  stop(): Promise<void>;
}

export async function startGateway(): Promise<Gateway> {
  const arrivals = new Arrivals<Asked>('request');
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (part: string) => (body += part));
    request.once('end', () => {
      const { method = '', url = '', headers } = request;
      arrivals.add({ method, url, headers, body });
      response.writeHead(gateway.answer.status, { 'Content-Type': 'application/json' });
      response.end(gateway.answer.body);
    });
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const gateway: Gateway = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    answer: { status: 200, body: '{}' },
    next: () => arrivals.next(() => true),
    stop: () =>
      new Promise((stopped) => {
        server.closeAllConnections();
        server.close(() => stopped());
      })
  };
  return gateway;
}
