/** Stand-ins of a grooming-risk service and of Coop's endpoints, on loopback ports. */

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Asked = Readonly<{ method: string; path: string; headers: IncomingMessage['headers']; body: any }>;
export type Answer = Readonly<{ status: number; body?: unknown }>;
export type StandIn = AsyncDisposable & Readonly<{ url: string; asked: Asked[] }>;

/** Starts a server that notes what it is asked, and answers with what a function returns. */
export async function standIn(answer: (asked: Asked) => Answer): Promise<StandIn> {
  const asked: Asked[] = [];
  const server = createServer((request, response) => void respond(request, response, asked, answer));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    asked,
    [Symbol.asyncDispose]: () => new Promise<void>((resolve) => (server.closeAllConnections(), server.close(() => resolve()))),
  };
}

async function respond(
  request: IncomingMessage, response: ServerResponse, asked: Asked[], answer: (asked: Asked) => Answer,
): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) {
    chunks.push(chunk as Buffer);
  }
  const text = Buffer.concat(chunks).toString();
  const { method = '', url: path = '', headers } = request;
  asked.push({ method, path, headers, body: text === '' ? null : JSON.parse(text) });
  const { status, body } = answer(asked.at(-1)!);
  response.writeHead(status, { 'Content-Type': 'application/json' });
  response.end(JSON.stringify(body ?? {}));
}

export const FLAG = {
  flag: '0'.repeat(32),
  conversation: 'coop/org/t1',
  message: 6,
  probability: 0.4,
  window: { start: 4, stop: 7, remembered: [] },
  evidence: [
    { message: 5, tactics: ['secrecy'], delta_logit: 1.5 },
    { message: 4, tactics: [], delta_logit: -0.5 },
    { message: 6, tactics: ['platform_shift'], delta_logit: 0.7 },
  ],
  provenance: { model_version: '1.3.0', operating_point: 'balanced' },
};

export const live = (step: object = {}) => ({
  conversation: 'coop/org/t1',
  messages: 3,
  step: { probability: 0.25, abstention: null, tactics: [], warning: false, first_flag: null, ...step },
  flag: null,
  message_ids: {},
});

/** Harmless messages of one thread, as the items of a platform. */
export const items = (count: number) =>
  Array.from({ length: count }, (_, number) => ({
    id: `m${number}`,
    typeId: 'message',
    data: { text: `see you at practice ${number}`, threadId: 't1', authorId: number % 2 ? 'ben' : 'ann' },
  }));
