import type { MongoClient } from "mongodb";

/** The server's clock in an aggregation expression. Times are integers here: milliseconds since 1970. */
export const SERVER_NOW = { $toLong: "$$NOW" };

/** The server's clock as it was a moment ago, for filters: not every server supports `$$NOW` there, or uses an index for it. */
export async function readServerClock(client: MongoClient): Promise<number> {
  const { localTime } = await client.db("admin").command({ hello: 1 }, { readPreference: "primary" });
  return (localTime as Date).getTime();
}
