import { expect, it } from "vitest";
import { openSite, scratchUrl } from "./site.fixture.js";

const KEY = { authorization: "Bearer s3cret", "content-type": "application/json" };

it("a link that one process made opens once in all processes of the store, however many race for it", async () => {
  const storeUrl = await scratchUrl();
  const [first, second] = [await openSite(storeUrl, { apiKey: "s3cret" }), await openSite(storeUrl, { apiKey: "s3cret" })];
  await first.engine.ingest.customers([{ id: "c1" }]);
  for (let round = 0; round < 5; round++) {
    const body = JSON.stringify({ path: "/api/customers.csv" });
    const made = await first.app.request("/api/downloads", { method: "POST", headers: KEY, body });
    const { url } = (await made.json()) as { readonly url: string };
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, index) => (index % 2 === 0 ? second : first).app.request(url)),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array.from({ length: 9 }, () => 404)]);
    const opened = answers.find(({ status }) => status === 200);
    expect(await opened?.text()).toMatch(/^id,email,/);
  }
});
