import type { AddressInfo } from "node:net";
import { parseArgs } from "node:util";
import { openJournal } from "./journal.js";
import { createVendorServer } from "./vendor-server.js";

/** `node prove/dist/vendor/main.js --port 0 --journal FILE`: prints its URL, and ends with its parent, if that gave it a channel. */
const { values } = parseArgs({ options: { port: { type: "string", default: "0" }, journal: { type: "string" } } });
if (values.journal === undefined) {
  process.stderr.write("usage: node prove/dist/vendor/main.js [--port PORT] --journal FILE\n");
  process.exit(64);
}
const server = createVendorServer(openJournal(values.journal));
server.listen(Number(values.port), "127.0.0.1", () => {
  process.stdout.write(`vendor: http://127.0.0.1:${(server.address() as AddressInfo).port}\n`);
});
process.on("disconnect", () => process.exit());
