import { describe, expect, it } from "vitest";
import { openMongoModel, QUICK } from "../model/mongo-model.fixture.js";
import { clientFor, createConnection } from "./connection.js";

describe("a client for a URL", () => {
  it("gives up a server that is away within 2 s, and one that does not answer after 120 s", () => {
    expect(clientFor("mongodb://db/crm").options).toMatchObject({
      serverSelectionTimeoutMS: 800,
      connectTimeoutMS: 700,
      heartbeatFrequencyMS: 500,
      socketTimeoutMS: 120_000,
    });
  });

  it("does as the URL says, where it says so", () => {
    const url = "mongodb://db/crm?serverSelectionTimeoutMS=15000&socketTimeoutMS=5000";
    expect(clientFor(url).options).toMatchObject({
      serverSelectionTimeoutMS: 15_000,
      connectTimeoutMS: 700,
      socketTimeoutMS: 5_000,
    });
  });

  it("is none for what is no URL of MongoDB", () => {
    expect(() => clientFor("nonsense://x")).toThrow(expect.objectContaining({ code: "invalid" }));
  });
});

it("a call that its driver never settles is unavailable after twice the time for an answer, and does not keep the connection from closing", async () => {
  const model = await openMongoModel();
  const client = model.client({ ...QUICK, socketTimeoutMS: 150 });
  const connection = createConnection({ client, namespace: "crm" });
  await connection.use(async () => undefined);
  const begunAt = performance.now();
  const call = connection.use(() => new Promise(() => undefined));
  await Promise.all([expect(call).rejects.toMatchObject({ code: "unavailable" }), connection.close()]);
  expect(performance.now() - begunAt).toBeGreaterThan(290);
  await client.close();
  await model.close();
});
