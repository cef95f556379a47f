import { connect, createServer, type Socket } from "node:net";

/** A way to a server that can be cut, as a process's connections are when it dies or the server is away. */
export interface CuttableProxy {
  /** The server's URL by way of the proxy. */
  readonly url: string;
  /** Ends every connection without a farewell, and takes no more. */
  cut(): void;
  /** Takes connections again, under the same URL. */
  mend(): Promise<void>;
}

export async function openProxy(brokerUrl: string, defaultPort: number): Promise<CuttableProxy> {
  const target = new URL(brokerUrl);
  const sockets = new Set<Socket>();
  const join = (from: Socket, to: Socket) => {
    sockets.add(from);
    from.pipe(to);
    from.on("error", () => to.destroy());
    from.on("close", () => {
      sockets.delete(from);
      to.destroy();
    });
  };
  const server = createServer((client) => {
    const broker = connect(Number(target.port || defaultPort), target.hostname);
    join(client, broker);
    join(broker, client);
  });
  const listen = (port: number): Promise<void> => new Promise((resolve) => server.listen(port, "127.0.0.1", resolve));
  await listen(0);
  const address = server.address();
  const url = new URL(brokerUrl);
  url.hostname = "127.0.0.1";
  url.port = String(address && typeof address === "object" ? address.port : "");
  return {
    url: url.href,
    cut() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
    mend: () => listen(Number(url.port)),
  };
}
