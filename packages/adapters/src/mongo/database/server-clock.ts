import type { MongoClient } from "mongodb";

/**
 * The clock of the server that takes the command, in an aggregation expression; times are integers here, milliseconds since 1970. On
 * a replica set it is the primary's, on a cluster the router's, and another call may go through another router: leases, rates and due
 * times are as exact as these clocks agree. It stands still during a statement. Which of two holders of a claim writes is decided by
 * the epoch, whatever the clocks say.
 */
export const SERVER_NOW = { $toLong: "$$NOW" };

/** The server's clock as it was a moment ago, for filters: not every server supports `$$NOW` there, or uses an index for it. */
export async function readServerClock(client: MongoClient): Promise<number> {
  const { localTime } = await client.db("admin").command({ hello: 1 }, { readPreference: "primary" });
  return (localTime as Date).getTime();
}
