import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { parseArgs } from "node:util";
import { createBook } from "./book.js";
import { openJournal } from "./journal.js";
import { createMailServer } from "./mail-server.js";
import { createVendorServer } from "./vendor-server.js";

/** `node prove/dist/vendor/main.js --port 0 --journal FILE`: prints its URLs, and ends with its parent, if that gave it a channel. */
const { values } = parseArgs({ options: { port: { type: "string", default: "0" }, journal: { type: "string" } } });
if (values.journal === undefined) {
  process.stderr.write("usage: node prove/dist/vendor/main.js [--port PORT] --journal FILE\n");
  process.exit(64);
}
const book = createBook(openJournal(values.journal));
const web = createVendorServer(book).listen(Number(values.port), "127.0.0.1");
const mail = createMailServer(book).listen(0, "127.0.0.1");
await Promise.all([web, mail].map((server) => once(server, "listening")));
const [webPort, mailPort] = [web, mail].map((server) => (server.address() as AddressInfo).port);
process.stdout.write(`vendor: http://127.0.0.1:${webPort} smtp://127.0.0.1:${mailPort}\n`);
process.on("disconnect", () => process.exit());
