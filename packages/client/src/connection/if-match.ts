import type { Call } from "./connection.js";

interface ChangeOptions {
  readonly ifVersion?: number | readonly number[] | undefined;
}

/**
 * What makes a change depend on a version. It is sent once: after a try whose answer was lost, another would find the version that the
 * first has made, and call it somebody else's.
 */
export function ifMatch({ ifVersion }: ChangeOptions = {}): Pick<Call, "headers" | "once"> {
  if (ifVersion === undefined) return {};
  const tags = [ifVersion].flat().map((version) => `"${version}"`);
  return { headers: { "If-Match": tags.length === 0 ? '"none"' : tags.join(", ") }, once: true };
}
