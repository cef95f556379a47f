import { randomUUID } from "node:crypto";
import { MongoClient } from "mongodb";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { needs, serviceUrl } from "../../../../../test/service-url.js";
import { QUICK } from "../model/mongo-model.fixture.js";
import { mongoStore } from "../mongo-store.js";
import { cutEverywhere, isWrite, type Ways } from "./cut-writes.fixture.js";
import { openCuttingLine } from "./cutting-line.fixture.js";
import { WRITE_PATHS } from "./write-paths.fixture.js";

const url = serviceUrl("mongo");

describe.each([true, false])("mongoStore on a line that is cut at any write, retryable writes being %s", (retryWrites) => {
  describe("on a server", needs("mongo"), () => {
    const database = `crm_test_${randomUUID().slice(0, 8)}`;
    let ways: Ways;
    let runs = 0;
    const ends: (() => unknown)[] = [];
    beforeAll(async () => {
      const line = await openCuttingLine(url);
      const cut = new MongoClient(line.url, { ...QUICK, retryWrites, retryReads: retryWrites });
      const direct = new MongoClient(url);
      ways = { line, cut: mongoStore({ client: cut, database }), direct: mongoStore({ client: direct, database }) };
      ends.push(
        () => direct.db(database).dropDatabase(),
        () => direct.close(),
        () => cut.close(),
        line.close,
      );
    });
    afterAll(async () => {
      for (const end of ends) await end();
    });

    it.each(WRITE_PATHS.map((path) => [path.name, path] as const))("%s", { timeout: 60_000 }, async (_name, path) => {
      const { cuts, differences } = await cutEverywhere(path, ways, () => `run${runs++}.`, isWrite);
      expect(differences).toEqual([]);
      expect(cuts).toBeGreaterThan(0);
    });
  });
});
