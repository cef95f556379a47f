import type { AddressInfo, Socket } from "node:net";
import { SMTPServer } from "smtp-server";
import { onTestFinished } from "vitest";

/** A mail server that takes each mail whole, and hangs up without an answer where `breaks` says so. It ends with the test. */
export async function openMailServer() {
  const received: string[] = [];
  const breaks = new Set<string>();
  const sockets = new Map<number, Socket>();
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ["STARTTLS"],
    disableReverseLookup: true,
    logger: false,
    closeTimeout: 100,
    onData: (stream, { envelope, remotePort }, callback) => {
      stream.resume();
      stream.on("end", () => {
        const to = envelope.rcptTo[0]?.address ?? "";
        received.push(to);
        if (breaks.has(to)) sockets.get(remotePort)?.destroy();
        else callback();
      });
    },
  });
  server.on("error", () => undefined);
  server.server.on("connection", (socket: Socket) => {
    const port = socket.remotePort ?? 0;
    sockets.set(port, socket);
    socket.once("close", () => sockets.delete(port));
  });
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => new Promise<void>((resolve) => server.close(() => resolve())));
  const { port } = server.server.address() as AddressInfo;
  return {
    url: `smtp://127.0.0.1:${port}/?from=news@shop.example`,
    /** The recipients of what it took, in its order; those of whom the client was told nothing are among them. */
    received,
    /** The recipients at whose mails it hangs up. */
    breaks,
  };
}
