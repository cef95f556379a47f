import type { Call, Connection } from "../connection/connection.js";
import { RemoteError } from "../remote-error.js";

/** The bytes of an answer as they come. A break rejects as `unavailable`: what came until then is not the whole. */
export async function* download(connection: Connection, call: Call): AsyncGenerator<Uint8Array> {
  const { response, signal, release } = await connection.open({ ...call, headers: { Accept: "text/csv" } });
  const reader = response.body?.getReader();
  try {
    for (;;) {
      const { done, value } = (await reader?.read()) ?? { done: true };
      if (done) return;
      if (value) yield value;
    }
  } catch (cause) {
    if (signal.aborted) throw signal.reason;
    throw new RemoteError("unavailable", "The download broke off.", { cause });
  } finally {
    release();
    await reader?.cancel().catch(() => undefined);
  }
}
