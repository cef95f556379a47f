/** What a program that talks to a server can reach. A name more is a promise more. */

export type { CallOptions } from "./call-options.js";
export type { Client, RemoteClient } from "./client.js";
export { type ClientOptions, createClient } from "./create-client.js";
export { pages } from "./pages.js";
export { RemoteError, type RemoteErrorCode } from "./remote-error.js";
export type { ImportPreview, UploadBody, UploadOptions } from "./uploads.js";
