import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { EXPECTED } from "./expected.js";
import { runMainJob } from "./main-job.js";

const [file, ...servers] = process.argv.slice(2);
if (file === undefined) {
  console.error("usage: npm run main-job -- online-retail.csv.gz [mongodb://…] [redis://…] [amqp://…]");
  process.exit(64);
}

const folder = await mkdtemp(join(tmpdir(), "crm-main-job-"));
const storeUrls = ["sqlite:", ...servers.filter((url) => url.startsWith("mongodb"))];
const queueUrls = ["sqlite:", ...servers.filter((url) => !url.startsWith("mongodb"))];
let wrong = 0;
for (const [index, [store, queue]] of storeUrls.flatMap((store) => queueUrls.map((queue) => [store, queue] as const)).entries()) {
  const sqliteUrl = (url: string) => (url === "sqlite:" ? `sqlite:${join(folder, `${index}.db`)}` : url);
  const namespace = `retail${Date.now().toString(36)}${index}`;
  const figures = await runMainJob({ storeUrl: sqliteUrl(store), queueUrl: sqliteUrl(queue), namespace, file });
  const misses = Object.entries(EXPECTED).filter(([name, value]) => figures[name as keyof typeof figures] !== value);
  wrong += misses.length;
  if (index === 0)
    console.log(
      `| servers | seconds | ${Object.keys(EXPECTED).join(" | ")} |\n|---|---|${"---|".repeat(Object.keys(EXPECTED).length)}`,
    );
  console.log(
    `| ${figures.servers} | ${figures.seconds} | ${Object.keys(EXPECTED)
      .map((name) => figures[name as keyof typeof figures])
      .join(" | ")} |`,
  );
  for (const [name, value] of misses) console.error(`${figures.servers}: ${name} should be ${value}`);
}
await rm(folder, { recursive: true, force: true });
process.exitCode = wrong === 0 ? 0 : 1;
