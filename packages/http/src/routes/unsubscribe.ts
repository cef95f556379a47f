import type { Context } from "hono";
import type { AppEnv, AppParts } from "../app-env.js";
import { htmlPage } from "../html-page.js";
import type { App } from "../openapi.js";

/** Paths below it need no key: the token of the link is the proof. */
export const UNSUBSCRIBE_PATH = "/unsubscribe/";

/**
 * Looking at a link changes nothing, since mail scanners look too; posting to it unsubscribes, by the page's button or by a
 * mail program's one click (RFC 8058). The page says so once the receipt is durably queued.
 */
export function unsubscribeRoutes(app: App, { engine, messageIdOf }: AppParts): void {
  if (!messageIdOf) return;
  const path = `${UNSUBSCRIBE_PATH}:token`;
  app.get(path, (c) => (messageIdOf(c.req.param("token")) === undefined ? unknownLink(c) : c.html(ASK)));
  app.post(path, async (c) => {
    const messageId = messageIdOf(c.req.param("token"));
    if (messageId === undefined) return unknownLink(c);
    const { received } = await engine.receipts.accept([{ messageId, status: "unsubscribed" }]);
    return received === 1 ? c.html(DONE) : unknownLink(c);
  });
}

function unknownLink(c: Context<AppEnv>): Response | Promise<Response> {
  return c.html(UNKNOWN, 404);
}

const ASK = plainPage(
  "Unsubscribe",
  '<p>You will get no more of these messages.</p><form method="post"><button>Unsubscribe</button></form>',
);
const DONE = plainPage("Unsubscribed", "<p>You will get no more of these messages.</p>");
const UNKNOWN = plainPage("Unknown link", "<p>This link is not complete, or no longer valid.</p>");

function plainPage(title: string, body: string): string {
  const style =
    "<style>body{font:16px/1.6 system-ui,sans-serif;max-width:30rem;margin:4rem auto;padding:0 1rem}button{font:inherit;padding:.5em 1em}</style>";
  return htmlPage(title, `${style}\n<h1>${title}</h1>\n${body}`);
}
