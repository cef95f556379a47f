import { HTTPException } from "hono/http-exception";
import type { ContentfulStatusCode } from "hono/utils/http-status";

/** As nginx has it: no status of HTTP says so. */
const CLIENT_GONE = 499;

/** For work that was called off since its client went away: nobody reads the answer, but the log does. */
export function unlessGone(signal: AbortSignal): (error: unknown) => never {
  return (error) => {
    if (!signal.aborted) throw error;
    throw new HTTPException(CLIENT_GONE as ContentfulStatusCode, { message: "The client went away before the answer." });
  };
}
