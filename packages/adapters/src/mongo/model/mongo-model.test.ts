import { readFile } from "node:fs/promises";
import { ruleContract, skipReason, storeContract, type Traits } from "@crm-engine/core/testing";
import type { Document, MongoClient } from "mongodb";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { mongoStore } from "../mongo-store.js";
import { ACCUMULATORS } from "./accumulators.fixture.js";
import { UPDATE_OPERATORS } from "./apply-update.fixture.js";
import { EXPRESSIONS } from "./compile-expression.fixture.js";
import { FIELD, LOGICAL } from "./compile-filter.fixture.js";
import { type ModelOptions, type MongoModel, openMongoModel, STORE_COMMANDS, sometimesYield } from "./mongo-model.fixture.js";
import { STAGES } from "./pipeline.fixture.js";

type Cases = typeof storeContract;

const TRAITS: Traits<"durable"> = { durable: { has: true, sentence: "The model lives as long as the test does." } };
const WRITES = { w: "majority", journal: true, wtimeoutMS: 100 } as const;
const isGenerated = ({ name }: Cases[number]) => name.includes("generated rules");
const TABLES = ruleContract.filter((one) => !isGenerated(one));
const GENERATED = ruleContract.filter(isGenerated);

describe.each<readonly [string, ModelOptions, Cases]>([
  ["at once", {}, [...storeContract, ...TABLES, ...GENERATED.slice(0, 12)]],
  [
    "0 to 15 ms later, others coming in between",
    { lagMs: () => Math.random() * 15, between: sometimesYield },
    [...storeContract, ...TABLES, ...GENERATED.slice(0, 4)],
  ],
])("mongoStore keeps the contracts on a model of MongoDB whose majority has a write %s", (_when, options, cases) => {
  let model: MongoModel;
  let client: MongoClient;
  beforeAll(async () => {
    model = await openMongoModel(options);
    client = model.client();
  });
  afterAll(async () => {
    await client.close();
    await model.close();
  });

  it.each(cases.map((one, index) => [one.name, one, `case${index}`] as const))("%s", async (_name, contractCase, database) => {
    expect(skipReason(contractCase, TRAITS)).toBeUndefined();
    await contractCase.run({ open: async () => mongoStore({ client, database }), maxWaitMs: 10_000 });
    expect(model.outside).toEqual([]);
  });
});

/** What the store may ask of a server. */
const VOCABULARY = {
  command: [...Object.keys(STORE_COMMANDS), "hello"],
  stage: [...Object.keys(STAGES), "$merge"],
  filter: [...Object.keys(LOGICAL), ...Object.keys(FIELD)],
  expression: EXPRESSIONS,
  accumulator: Object.keys(ACCUMULATORS),
  update: Object.keys(UPDATE_OPERATORS),
};

describe("the model", () => {
  it("knows what the documentation lists, and nothing else", async () => {
    const page = await readFile(new URL("../../../../../docs/mongodb.md", import.meta.url), "utf8");
    for (const [kind, words] of Object.entries(VOCABULARY)) {
      const listed = new RegExp(`^- ${kind}s: (.*(?:\\n .*)*)`, "m").exec(page)?.[1]?.matchAll(/`([^`]+)`/g) ?? [];
      expect([...listed].map(([, word]) => word).sort()).toEqual([...words].sort());
    }
  });

  it.each<readonly [string, Document[]]>([
    ["stage $facet", [{ $facet: {} }]],
    ["filter $where", [{ $match: { a: { $where: "1" } } }]],
    ["expression $rand", [{ $project: { a: { $rand: {} } } }]],
    ["accumulator $push", [{ $group: { _id: null, a: { $push: "$a" } } }]],
    [
      "expression $$USER_ROLES",
      [{ $lookup: { from: "b", localField: "_id", foreignField: "a", as: "c", pipeline: [{ $set: { a: "$$USER_ROLES" } }] } }],
    ],
  ])("refuses any other word, as %s, and remembers it", async (word, pipeline) => {
    const model = await openMongoModel();
    const client = model.client();
    const rows = client
      .db("d")
      .collection<{ readonly _id: string }>("a", { writeConcern: WRITES, readConcern: { level: "majority" } });
    await rows.insertOne({ _id: "1" });
    await expect(rows.aggregate(pipeline).toArray()).rejects.toThrow(word);
    expect(model.outside).toEqual([word]);
    await client.close();
    await model.close();
  });
});
