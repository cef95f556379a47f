import { type Issue, invalid } from "../errors.js";
import { type CampaignMessage, MAIL_FIELDS } from "../model/campaign.js";
import { CHANNEL } from "../model/channel.js";
import type { StoredCustomer } from "../model/customer.js";
import type { EdgeContext, Parsed } from "../model/edge.js";
import type { Instant } from "../model/instant.js";
import { withoutUndefined } from "../model/record-of.js";
import type { OutgoingMessage } from "../ports/sender.js";
import { customerView, zoneOf } from "./customer-view.js";
import { createLiquid, parseTemplate, renderTemplate } from "./liquid.js";
import { mailParts } from "./mail-parts.js";
import { type CampaignOfTemplate, SAMPLE_SCOPE, type TemplateScope } from "./template-scope.js";
import { shorten, variablesOf } from "./template-variables.js";
import type { TemplateClock } from "./zoned-time.js";

export interface Template {
  /** A missing value is empty text, and times are told by the clock. Rejects as `invalid` where the template does or makes too much with this customer's data. */
  render(scope: TemplateScope, clock: TemplateClock): Promise<string>;
  readonly usesUnsubscribeUrl: boolean;
  /** The variables that it names and this customer has no value for, as `customer.name`. */
  missing(scope: TemplateScope): readonly string[];
}

/** A message as a vendor takes it. */
export type RenderedMessage = Pick<OutgoingMessage, "subject" | "body" | "text" | "preheader" | "from" | "replyTo">;

/** A template's source, in UTF-16 code units. */
const MAX_SOURCE_LENGTH = 200_000;
const MAX_CACHED = 32;
const NO_LINKS =
  "unsubscribeUrl is empty here: messages carry a link only where PUBLIC_URL and UNSUBSCRIBE_SECRET (unsubscribeUrl, of an embedded engine) are set";
/** When and where the trial rendering is. */
const SAMPLE_CLOCK: TemplateClock = { now: Date.UTC(2026, 0, 15, 9, 45), timeZone: "UTC" };

/** A way of writing values, and the templates that were compiled for it lately. */
interface Dialect {
  readonly liquid: ReturnType<typeof createLiquid>;
  readonly compiled: Map<string, Promise<Parsed<Template>>>;
}

const html: Dialect = { liquid: createLiquid(true), compiled: new Map() };
const plain: Dialect = { liquid: createLiquid(false), compiled: new Map() };

/**
 * Compiles a Liquid template of an untrusted author: no files, no other templates, no inherited properties; every variable
 * must exist, and a trial rendering must stay within the limits. `escapeHtml` escapes every value that is not piped to `raw`.
 * The issues' paths are empty. The verdict is a function of the source alone, and so can be kept; a failure that is none of
 * the template's rejects, and the next call tries again.
 */
export function compileTemplate(source: string, options: { readonly escapeHtml: boolean }): Promise<Parsed<Template>> {
  const { liquid, compiled } = options.escapeHtml ? html : plain;
  const template = compiled.get(source) ?? compile(source, liquid);
  compiled.delete(source);
  compiled.set(source, template);
  template.catch(() => compiled.delete(source));
  for (const oldest of compiled.keys()) {
    if (compiled.size <= MAX_CACHED) break;
    compiled.delete(oldest);
  }
  return template;
}

/** What is wrong with a message, by the paths of a campaign (`message.body`); `links`: whether messages carry an unsubscribe link. */
export async function checkMessage(message: CampaignMessage, { links }: { readonly links: boolean }): Promise<readonly Issue[]> {
  const { body, subject = "", channel } = message;
  const issues: Issue[] = body.trim() === "" ? [{ path: "message.body", message: "must not be empty" }] : [];
  if (CHANNEL[channel].subject && subject.trim() === "")
    issues.push({ path: "message.subject", message: `${channel} needs a subject` });
  for (const field of CHANNEL[channel].mail ? [] : MAIL_FIELDS)
    if (message[field] !== undefined) issues.push({ path: `message.${field}`, message: `${channel} has none: it is for e-mail` });
  for (const { field, source, escapeHtml } of partsOf(message)) {
    const path = `message.${field}`;
    const compiled = await compileTemplate(source, { escapeHtml });
    if (!compiled.ok) issues.push(...compiled.issues.map((issue) => ({ ...issue, path })));
    else if (compiled.value.usesUnsubscribeUrl && !links) issues.push({ path, message: NO_LINKS });
  }
  return issues;
}

/** What a message is filled in with, beside its customer. */
export interface MessageContext {
  readonly now: Instant;
  readonly campaign: CampaignOfTemplate;
  readonly unsubscribeUrl: string | undefined;
}

/**
 * Fills in a message for one customer. HTML is escaped in e-mail bodies only; subject and preheader are one line. Rejects as `invalid`
 * only where it would do so again.
 */
export async function renderMessage(
  message: CampaignMessage,
  customer: StoredCustomer,
  context: EdgeContext & MessageContext,
): Promise<RenderedMessage> {
  const scope = scopeOf(customer, context);
  const clock: TemplateClock = { now: context.now, timeZone: zoneOf(customer, context) };
  const rendered: Partial<Record<TemplateField, string>> = {};
  for (const { field, source, escapeHtml } of partsOf(message)) {
    const compiled = await compileTemplate(source, { escapeHtml });
    if (!compiled.ok) throw invalid(compiled.issues.map((issue) => ({ ...issue, path: `message.${field}` })));
    rendered[field] = await compiled.value.render(scope, clock);
  }
  const { body = "", text } = rendered;
  const [subject, preheader] = [rendered.subject, rendered.preheader].map(oneLine);
  const { from, replyTo, channel } = message;
  const content = CHANNEL[channel].mail ? await mailParts({ body, text, preheader }) : { body };
  return withoutUndefined({ subject, preheader, from, replyTo, ...content });
}

/** The variables that a message names and this customer has no value for, each once. */
export async function missingVariables(
  message: CampaignMessage,
  customer: StoredCustomer,
  context: EdgeContext & MessageContext,
): Promise<readonly string[]> {
  const scope = scopeOf(customer, context);
  const missing: string[] = [];
  for (const { source, escapeHtml } of partsOf(message)) {
    const compiled = await compileTemplate(source, { escapeHtml });
    if (compiled.ok) missing.push(...compiled.value.missing(scope));
  }
  return [...new Set(missing)];
}

function scopeOf(customer: StoredCustomer, { campaign: { id, name }, unsubscribeUrl, ...context }: EdgeContext & MessageContext) {
  return { customer: customerView(customer, context), campaign: { id, name }, unsubscribeUrl } satisfies TemplateScope;
}

function oneLine(text: string | undefined): string | undefined {
  return text?.replace(/[\r\n\v\f\u0085\u2028\u2029]+/g, " ").trim();
}

type TemplateField = "subject" | "preheader" | "body" | "text";
const TEMPLATE_FIELDS: readonly TemplateField[] = ["body", "subject", "preheader", "text"];

function partsOf(
  message: CampaignMessage,
): readonly { readonly field: TemplateField; readonly source: string; readonly escapeHtml: boolean }[] {
  return TEMPLATE_FIELDS.flatMap((field) => {
    const source = message[field];
    return source === undefined ? [] : [{ field, source, escapeHtml: field === "body" && CHANNEL[message.channel].html }];
  });
}

async function compile(source: string, liquid: Dialect["liquid"]): Promise<Parsed<Template>> {
  if (source.length > MAX_SOURCE_LENGTH) return refused(`must have at most ${MAX_SOURCE_LENGTH} characters`);
  try {
    const nodes = await parseTemplate(liquid, source);
    const { faults, usesUnsubscribeUrl, named } = variablesOf(nodes);
    if (faults.length > 0) return { ok: false, issues: faults.map((message) => ({ path: "", message })) };
    await renderTemplate(liquid, nodes, SAMPLE_SCOPE, SAMPLE_CLOCK);
    const render: Template["render"] = (scope, clock) =>
      renderTemplate(liquid, nodes, scope, clock).catch((error: unknown) => {
        throw invalid([{ path: "", message: `the template cannot be rendered: ${faultOf(error)}` }]);
      });
    const missing: Template["missing"] = (scope) => named.filter((path) => isMissing(scope, path)).map((path) => path.join("."));
    return { ok: true, value: { render, usesUnsubscribeUrl, missing } };
  } catch (error) {
    return refused(`is not a valid template: ${faultOf(error)}`);
  }
}

/** What Liquid knows of a list beside its entries. */
const LIST_FIELDS: ReadonlySet<string | number> = new Set(["first", "last", "size"]);

/** Own properties only, as in a rendering. */
function isMissing(scope: TemplateScope, path: readonly (string | number)[]): boolean {
  let value: unknown = scope;
  for (const name of path) {
    if (Array.isArray(value) && LIST_FIELDS.has(name)) return value.length === 0 && name !== "size";
    if (typeof value !== "object" || value === null) break;
    value = Object.hasOwn(value, name) ? (value as Readonly<Record<string | number, unknown>>)[name] : undefined;
  }
  return value === undefined || value === null || value === "";
}

function refused(message: string): Parsed<Template> {
  return { ok: false, issues: [{ path: "", message }] };
}

/** What is wrong with a template. How much of the call stack was left is no fault of its, and thrown as it is. */
function faultOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  if (message.includes("call stack")) throw error;
  return shorten(message);
}
