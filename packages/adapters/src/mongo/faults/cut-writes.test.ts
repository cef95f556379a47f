import { MongoClient } from "mongodb";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type MongoModel, openMongoModel, QUICK } from "../model/mongo-model.fixture.js";
import { mongoStore } from "../mongo-store.js";
import { cutEverywhere, type Ways } from "./cut-writes.fixture.js";
import { openCuttingLine } from "./cutting-line.fixture.js";
import { WRITE_PATHS } from "./write-paths.fixture.js";

describe.each([
  ["the driver repeats writes, and the server knows them again", { retryWrites: true }, {}],
  ["the driver repeats writes, and the server does them again", { retryWrites: true }, { forgetful: true }],
  ["nothing is repeated", { retryWrites: false, retryReads: false }, {}],
] as const)("mongoStore on a line that is cut at any command, where %s", (_how, options, server) => {
  let model: MongoModel;
  let ways: Ways;
  let runs = 0;
  const ends: (() => unknown)[] = [];
  beforeAll(async () => {
    model = await openMongoModel(server);
    const line = await openCuttingLine(model.url);
    const cut = new MongoClient(line.url, { ...QUICK, ...options });
    const direct = model.client();
    ways = { line, cut: mongoStore({ client: cut }), direct: mongoStore({ client: direct }) };
    ends.push(
      () => cut.close(),
      () => direct.close(),
      line.close,
      model.close,
    );
  });
  afterAll(async () => {
    for (const end of ends) await end();
  });

  it.each(WRITE_PATHS.map((path) => [path.name, path] as const))("%s", async (_name, path) => {
    const { cuts, differences } = await cutEverywhere(path, ways, () => `run${runs++}.`);
    expect(differences).toEqual([]);
    expect(cuts).toBeGreaterThan(0);
    expect(model.outside).toEqual([]);
  });
});
