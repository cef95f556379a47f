import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface VendorCall {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** The client's port: the same for calls over one connection. */
  readonly port: number | undefined;
}

export type VendorBehaviour = (response: ServerResponse, call: VendorCall, request: IncomingMessage) => void;

/** A vendor's server on loopback, which answers as configured and keeps what it was sent. */
export async function vendorServer() {
  const calls: VendorCall[] = [];
  let behave: VendorBehaviour = (response) => response.end();
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const call = { headers: request.headers, body: Buffer.concat(chunks).toString(), port: request.socket.remotePort };
    calls.push(call);
    behave(response, call, request);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    calls,
    port,
    url: `http://127.0.0.1:${port}/send`,
    answers: (behaviour: VendorBehaviour) => {
      behave = behaviour;
    },
    close: () => {
      server.closeAllConnections();
      return new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
