import { connect } from "node:net";
import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type RunningApp, runningApp } from "../running-app.fixture.js";
import { type RunningServer, serve } from "../serve.js";

const SILENT_MS = 1_000;
const HOST = "Host: localhost\r\n";

let running: RunningApp;
let server: RunningServer;
beforeAll(async () => {
  running = await runningApp();
  server = await serve(running.app, { port: 0 });
});
afterAll(async () => {
  await server.close();
  await running.close();
});

/** Everything that comes back until the server closes, or is silent. */
function exchange(bytes: Uint8Array | string): Promise<string> {
  const { hostname, port } = new URL(server.url);
  return new Promise((resolve) => {
    const socket = connect(Number(port), hostname, () => socket.end(bytes));
    let text = "";
    socket.setTimeout(SILENT_MS, () => socket.destroy());
    socket.on("data", (chunk) => {
      text += chunk.toString("latin1");
    });
    socket.on("error", () => undefined);
    socket.on("close", () => resolve(text));
  });
}

async function survives(bytes: Uint8Array | string): Promise<void> {
  const answer = await exchange(bytes);
  for (const [, status] of answer.matchAll(/^HTTP\/1\.1 (\d+)/gm)) expect([Number(status) < 500, answer]).toEqual([true, answer]);
  expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
}

it.each([
  `GET //%zz HTTP/1.1\r\n${HOST}\r\n`,
  `GET /%ff%00 HTTP/1.1\r\n${HOST}\r\n`,
  `GET http://localhost/healthz HTTP/1.1\r\n${HOST}\r\n`,
  `GET http://[::1 HTTP/1.1\r\n${HOST}\r\n`,
  `GET healthz HTTP/1.1\r\n${HOST}\r\n`,
  `OPTIONS * HTTP/1.1\r\n${HOST}\r\n`,
  "GET /healthz HTTP/1.1\r\n\r\n",
  "GET /healthz HTTP/1.0\r\n\r\n",
  "GET /healthz HTTP/1.1\r\nHost: a b\r\n\r\n",
  "GET /healthz HTTP/1.1\r\nHost: [::1\r\n\r\n",
  "GET /healthz HTTP/1.1\r\nHost: localhost:99999\r\n\r\n",
  "GET /healthz HTTP/1.1\r\nHost: localhost/../\r\n\r\n",
  `GET /api/customers?limit=%ff&cursor=%80 HTTP/1.1\r\n${HOST}\r\n`,
  `GET /${"x".repeat(20_000)} HTTP/1.1\r\n${HOST}\r\n`,
  `GET /healthz HTTP/1.1\r\n${HOST}X: ${"x".repeat(20_000)}\r\n\r\n`,
  `BREW /api/customers HTTP/1.1\r\n${HOST}\r\n`,
  `TRACE /api/customers HTTP/1.1\r\n${HOST}\r\n`,
  `CONNECT localhost:80 HTTP/1.1\r\n${HOST}\r\n`,
  `POST /api/customers HTTP/1.1\r\n${HOST}Content-Length: -1\r\n\r\n`,
  `POST /api/customers HTTP/1.1\r\n${HOST}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
  `POST /api/customers HTTP/1.1\r\n${HOST}Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n`,
  `POST /api/customers HTTP/1.1\r\n${HOST}Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{"id":`,
  `POST /api/customers HTTP/1.1\r\n${HOST}Content-Type: text/csv\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc`,
  `GET /api/customers HTTP/1.1\r\n${HOST}Content-Length: 3\r\n\r\nabc`,
  `GET /api/batches/x/events HTTP/1.1\r\n${HOST}Upgrade: websocket\r\nConnection: Upgrade\r\n\r\n`,
])("%j is answered or refused, and the server goes on", survives);

it("so is what is no HTTP at all, and what breaks off", { timeout: 120_000 }, async () => {
  const request = `POST /api/customers?a=b HTTP/1.1\r\n${HOST}Content-Type: application/json\r\nContent-Length: 8\r\n\r\n{"id":1}`;
  const cut = fc.nat({ max: request.length }).map((at) => request.slice(0, at));
  const changed = fc
    .tuple(fc.nat({ max: request.length - 1 }), fc.integer({ min: 0, max: 255 }))
    .map(([at, byte]) => Buffer.from(request, "latin1").fill(byte, at, at + 1));
  const requests = fc.oneof(
    { weight: 1, arbitrary: cut },
    { weight: 4, arbitrary: changed },
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 200 }) },
  );
  await fc.assert(fc.asyncProperty(requests, survives), { numRuns: 400, seed: 1 });
});
