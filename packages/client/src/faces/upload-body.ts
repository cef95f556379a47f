import type { UploadBody } from "../uploads.js";

export interface WireBody {
  readonly body: string | Uint8Array<ArrayBuffer> | Blob | ReadableStream<Uint8Array>;
  /** Read once, and gone. */
  readonly isStream: boolean;
  /** Why its source broke off, if it did: what `fetch` says then is about the line. */
  fault(): Error | undefined;
}

/** What `fetch` can send. */
export function wireBody(body: UploadBody): WireBody {
  if (typeof body === "string" || body instanceof Uint8Array || "arrayBuffer" in body) {
    return { body, isStream: false, fault: () => undefined };
  }
  if (!(Symbol.asyncIterator in body)) return { body, isStream: true, fault: () => undefined };
  const chunks = body[Symbol.asyncIterator]();
  let fault: Error | undefined;
  const stream = new ReadableStream<Uint8Array>(
    {
      pull: async (controller) => {
        try {
          const { done, value } = await chunks.next();
          if (done) controller.close();
          else controller.enqueue(value);
        } catch (error) {
          fault = error instanceof Error ? error : new Error(String(error));
          throw error;
        }
      },
      cancel: async () => void (await chunks.return?.()),
    },
    { highWaterMark: 0 },
  );
  return { body: stream, isStream: true, fault: () => fault };
}
