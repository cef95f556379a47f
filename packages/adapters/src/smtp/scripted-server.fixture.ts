import { type AddressInfo, createServer, type Socket } from "node:net";

/** What the server does at a line of the client's (`.` ends the content): answers, or hangs up. */
export type Script = (line: string, connection: number) => string | "hang up" | undefined;

const POLITE: Readonly<Record<string, string>> = {
  EHLO: "250 server",
  MAIL: "250 ok",
  RCPT: "250 ok",
  DATA: "354 go on",
  ".": "250 taken",
  RSET: "250 ok",
  QUIT: "221 bye",
};

/** A mail server that can break off wherever the script says; what it says nothing about goes well. Keeps every line. */
export async function scriptedServer(script: Script) {
  const lines: string[] = [];
  const sockets = new Set<Socket>();
  let connections = 0;
  const server = createServer((socket) => {
    const connection = ++connections;
    let buffered = "";
    let inContent = false;
    const act = (line: string) => {
      const verb = line === "." ? "." : line.slice(0, 4).toUpperCase();
      const answer = script(verb, connection) ?? POLITE[verb];
      if (answer === "hang up") return socket.destroy();
      inContent = answer?.startsWith("354") ?? false;
      socket.write(`${answer ?? "500 what?"}\r\n`);
      return undefined;
    };
    sockets.add(socket);
    socket.on("error", () => undefined);
    socket.on("close", () => sockets.delete(socket));
    const greeting = script("connect", connection);
    if (greeting === "hang up") socket.destroy();
    else socket.write(`${greeting ?? "220 server"}\r\n`);
    socket.on("data", (chunk) => {
      buffered += chunk.toString();
      for (let end = buffered.indexOf("\r\n"); end >= 0; end = buffered.indexOf("\r\n")) {
        const line = buffered.slice(0, end);
        buffered = buffered.slice(end + 2);
        lines.push(line);
        if (!inContent || line === ".") act(line);
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    lines,
    url: `smtp://127.0.0.1:${port}/?from=news@shop.example`,
    close: () => {
      for (const socket of sockets) socket.destroy();
      return new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
