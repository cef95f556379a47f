import { type Context, Liquid, type Template as LiquidNode } from "liquidjs";
import { type Issue, invalid } from "../errors.js";
import type { CampaignMessage } from "../model/campaign.js";
import { CHANNEL } from "../model/channel.js";
import type { StoredCustomer } from "../model/customer.js";
import type { EdgeContext, Parsed } from "../model/edge.js";
import { type CustomerView, customerView, SAMPLE_VIEW } from "./customer-view.js";
import { shorten, unknownVariables } from "./template-variables.js";

export interface Template {
  /** A missing value is empty text. Throws `invalid` where the template takes too long or makes too much. */
  render(scope: { readonly customer: CustomerView }): string;
}

export interface RenderedMessage {
  readonly subject?: string;
  readonly body: string;
}

/** A template's source, in UTF-16 code units. */
const MAX_SOURCE_LENGTH = 200_000;
/** What one rendering may write, copy or count through, in characters and list entries. */
const MAX_WORK = 1_000_000;
const MAX_RENDER_MS = 500;
const MAX_DATE_FORMAT_LENGTH = 200;
const MAX_CACHED = 32;

/** They read files or other templates. */
const REMOVED_TAGS = ["include", "render", "layout", "block"];
/** They evaluate text that the check of variables can't see, or (`sample`) say something else at each attempt. */
const REMOVED_FILTERS = ["where_exp", "reject_exp", "group_by_exp", "has_exp", "find_exp", "find_index_exp", "sample"];

const engines = { html: createLiquid(true), plain: createLiquid(false) };
const cache = new Map<string, Parsed<Template>>();

/**
 * Compiles a Liquid template of an untrusted author: no files, no other templates, no inherited properties; every variable
 * must exist, and a trial rendering must stay within the limits. `escapeHtml` escapes every value that is not piped to `raw`.
 * The issues' paths are empty.
 */
export function compileTemplate(source: string, options: { readonly escapeHtml: boolean }): Parsed<Template> {
  const key = `${options.escapeHtml ? "html" : "plain"}:${source}`;
  const compiled = cache.get(key) ?? compile(source, engines[options.escapeHtml ? "html" : "plain"]);
  cache.delete(key);
  cache.set(key, compiled);
  for (const oldest of cache.keys()) {
    if (cache.size <= MAX_CACHED) break;
    cache.delete(oldest);
  }
  return compiled;
}

/** What is wrong with a message, by the paths of a campaign (`message.body`). */
export function checkMessage(message: CampaignMessage): readonly Issue[] {
  const blank = message.body.trim() === "" ? [{ path: "message.body", message: "must not be empty" }] : [];
  const faults = partsOf(message).flatMap(({ path, source, escapeHtml }) => {
    const compiled = compileTemplate(source, { escapeHtml });
    return compiled.ok ? [] : compiled.issues.map((issue) => ({ ...issue, path }));
  });
  return [...blank, ...faults];
}

/** Fills in a message for one customer. HTML is escaped in e-mail bodies only; a subject is one line. */
export function renderMessage(message: CampaignMessage, customer: StoredCustomer, context: EdgeContext): RenderedMessage {
  const scope = { customer: customerView(customer, context) };
  const [body = "", subject] = partsOf(message).map(({ path, source, escapeHtml }) => {
    const compiled = compileTemplate(source, { escapeHtml });
    if (!compiled.ok) throw invalid(compiled.issues.map((issue) => ({ ...issue, path })));
    return compiled.value.render(scope);
  });
  return { body, ...(subject === undefined ? {} : { subject: subject.replace(/[\r\n\v\f\u0085\u2028\u2029]+/g, " ").trim() }) };
}

function partsOf(
  message: CampaignMessage,
): readonly { readonly path: string; readonly source: string; readonly escapeHtml: boolean }[] {
  const body = { path: "message.body", source: message.body, escapeHtml: CHANNEL[message.channel].html };
  return message.subject === undefined ? [body] : [body, { path: "message.subject", source: message.subject, escapeHtml: false }];
}

function createLiquid(escapeHtml: boolean): Liquid {
  const liquid = new Liquid({
    templates: {},
    relativeReference: false,
    ownPropertyOnly: true,
    strictFilters: true,
    preserveTimezones: true,
    timezoneOffset: 0,
    locale: "en-US",
    parseLimit: MAX_SOURCE_LENGTH,
    memoryLimit: MAX_WORK,
    renderLimit: MAX_RENDER_MS,
    ...(escapeHtml ? { outputEscape: "escape" as const } : {}),
  });
  for (const tag of REMOVED_TAGS) delete liquid.tags[tag];
  for (const filter of REMOVED_FILTERS) liquid.unregisterFilter(filter);
  boundDateFormat(liquid);
  // Liquid's own limits leave out what is written, in `capture` too.
  const { renderer } = liquid;
  const renderTemplates = renderer.renderTemplates.bind(renderer);
  renderer.renderTemplates = (nodes, context, emitter = new BoundedEmitter(context)) => renderTemplates(nodes, context, emitter);
  return liquid;
}

/** Liquid's `date` takes time and memory that grow with the square of the format's length. */
function boundDateFormat(liquid: Liquid): void {
  const { date } = liquid.filters;
  if (typeof date !== "function") throw new TypeError("Liquid has no date filter");
  liquid.registerFilter("date", function (value, format, ...rest) {
    if (String(format ?? "").length <= MAX_DATE_FORMAT_LENGTH) return date.call(this, value, format, ...rest);
    throw new RangeError(`a date's format has at most ${MAX_DATE_FORMAT_LENGTH} characters`);
  });
}

class BoundedEmitter {
  buffer = "";
  readonly #context: Context;

  constructor(context: Context) {
    this.#context = context;
  }

  write(value: unknown): void {
    const text = textOf(value);
    this.#context.memoryLimit.use(text.length);
    this.buffer += text;
  }
}

function textOf(value: unknown): string {
  if (value === undefined || value === null) return "";
  return Array.isArray(value) ? value.map(textOf).join("") : String(value);
}

function compile(source: string, liquid: Liquid): Parsed<Template> {
  if (source.length > MAX_SOURCE_LENGTH) return refused(`must have at most ${MAX_SOURCE_LENGTH} characters`);
  try {
    const nodes = liquid.parse(source);
    const issues = unknownVariables(nodes).map((message) => ({ path: "", message }));
    if (issues.length > 0) return { ok: false, issues };
    liquid.renderSync(nodes, { customer: SAMPLE_VIEW });
    return { ok: true, value: { render: (scope) => render(liquid, nodes, scope) } };
  } catch (error) {
    return refused(`is not a valid template: ${reasonOf(error)}`);
  }
}

function render(liquid: Liquid, nodes: LiquidNode[], scope: { readonly customer: CustomerView }): string {
  try {
    return liquid.renderSync(nodes, scope);
  } catch (error) {
    throw invalid([{ path: "", message: `the template cannot be rendered: ${reasonOf(error)}` }]);
  }
}

function refused(message: string): Parsed<Template> {
  return { ok: false, issues: [{ path: "", message }] };
}

function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.includes("call stack") ? "it is nested too deeply" : shorten(message);
}
