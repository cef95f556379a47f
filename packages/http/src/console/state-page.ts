import { html, raw } from "hono/html";
import { htmlPage } from "../html-page.js";
import type { ConsoleState } from "./web-console.js";

/** How often a page that waits for something looks again. */
const REFRESH_S = 3;

const STYLE =
  "<style>body{font:16px/1.6 system-ui,sans-serif;max-width:42rem;margin:4rem auto;padding:0 1rem}code,pre{background:#8882;padding:.1em .3em}pre{padding:1em;overflow:auto}</style>";

const LINKS = `<ul>
<li><a href="/docs">The API, to read and try</a> (<a href="/openapi.json">openapi.json</a>)</li>
<li><a href="/readyz">Whether store and queue answer</a></li>
</ul>`;

type Unbuilt = Exclude<ConsoleState, { readonly status: "built" }>;

/** The page that stands where the console is not there (yet): without script, it looks again by itself while something is under way. */
export function statePage(state: Unbuilt, options: { readonly confidential: boolean }): string {
  if (state.status === "absent") return homePage(state.reason);
  if (state.status === "failed") return failurePage(state, options.confidential);
  return htmlPage(
    "The console is being built",
    `<h1>The console is being built</h1>
<p>${DOING[state.status]}, for ${spent(state.since)} so far. This page shows it as soon as it is there.</p>
<p>The API works meanwhile:</p>
${LINKS}`,
    `<meta http-equiv="refresh" content="${REFRESH_S}">${STYLE}`,
  );
}

const DOING = {
  checking: "What is built is being compared with its sources",
  waiting: "Another process builds it",
  installing: "Its packages are being installed (npm ci, the first of two steps)",
  building: "Its pages are being built (npm run build, the last step)",
} as const;

function spent(since: Date): string {
  const seconds = Math.max(0, Math.round((Date.now() - since.getTime()) / 1_000));
  return seconds < 100 ? `${seconds} s` : `${Math.round(seconds / 60)} min`;
}

/** What stands at `/` without a console. */
function homePage(reason: string): string {
  return htmlPage(
    "CRM engine",
    `<h1>CRM engine</h1>
<p>A headless CRM and campaign engine: it takes in customers and orders, selects segments by rules, sends campaigns, and accounts for every recipient.</p>
${LINKS}
<p>To begin: <code>npx crm import orders FILE --url URL</code>, or <code>POST /api/customers</code>.</p>
<p>${html`${reason}`} <code>crm serve --console DIR</code> serves one that is built; <code>npm run build:console</code>, in a clone of the repository, builds it.</p>`,
    STYLE,
  );
}

function failurePage(
  { reason, lastLines, logFile }: Extract<Unbuilt, { readonly status: "failed" }>,
  confidential: boolean,
): string {
  const said = confidential || lastLines.length === 0 ? "" : html`<pre>${lastLines.join("\n")}</pre>`;
  return htmlPage(
    "The console was not built",
    `<h1>The console was not built</h1>
${html`<p>${reason} The log is ${raw("<code>")}${logFile}${raw("</code>")}. The next start tries again.</p>`}
${said}
<p>The API works all the same:</p>
${LINKS}`,
    STYLE,
  );
}
