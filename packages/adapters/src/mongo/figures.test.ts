import type { Figures } from "@crm-engine/core/ports";
import { describe, expect, it, onTestFinished } from "vitest";
import { type Connection, createConnection } from "./database/connection.js";
import { mongoFigures } from "./figures.js";
import { openMongoModel } from "./model/mongo-model.fixture.js";

const WRITES = ["insertOne", "bulkWrite"] as const;
type Moment = { readonly write: (typeof WRITES)[number]; readonly when: "before" | "after" };
const MOMENTS = WRITES.flatMap((write): Moment[] => [
  { write, when: "before" },
  { write, when: "after" },
]);

describe("a holder of an older lease, who keeps a new key as the newer one does", () => {
  it.each(MOMENTS)("$when its $write, leaves what the newer one kept", async ({ write, when }) => {
    const model = await openMongoModel();
    onTestFinished(() => model.close());
    const connection = createConnection({ client: model.client(), database: "crm", namespace: "crm" });
    onTestFinished(() => connection.close());
    const older = mongoFigures(connection);

    await mongoFigures(interrupted(connection, older, { write, when })).keep([{ key: "k", value: "newer" }], 2);

    expect(await older.get(["k"])).toEqual([{ key: "k", value: "newer" }]);
  });
});

/** A connection on which the older holder keeps its value at the first such write. */
function interrupted({ use, close }: Connection, older: Figures, { write, when }: Moment): Connection {
  let done = false;
  const interrupt = async (): Promise<void> => {
    if (done) return;
    done = true;
    await older.keep([{ key: "k", value: "older" }], 1);
  };
  return {
    close,
    use: (work) =>
      use((collections, client) => {
        const figures = new Proxy(collections.figures, {
          get: (collection, name) => {
            const member: unknown = Reflect.get(collection, name);
            if (name !== write || typeof member !== "function")
              return typeof member === "function" ? member.bind(collection) : member;
            return async (...given: unknown[]) => {
              if (when === "before") await interrupt();
              const answer: unknown = await member.apply(collection, given);
              if (when === "after") await interrupt();
              return answer;
            };
          },
        });
        return work({ ...collections, figures }, client);
      }),
  };
}
