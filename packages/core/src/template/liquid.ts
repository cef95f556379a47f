import {
  Context,
  defaultOperators,
  type FilterImplOptions,
  filters,
  Liquid,
  type Template as LiquidNode,
  Parser,
  Tag,
  type TagToken,
  Tokenizer,
  type TopLevelToken,
  TypeGuards,
} from "liquidjs";
import { isSliceOver, nextTurn } from "../event-loop.js";
import { costOf, sizeOf } from "./cost-of.js";
import { DATE_FILTERS } from "./date-filters.js";
import { runSteps } from "./run-steps.js";
import { countWork, Work, workOf } from "./work.js";
import type { TemplateClock } from "./zoned-time.js";

/** What one rendering may write, copy or count through, in characters and list entries. */
const MAX_MEMORY = 1_000_000;
/** Of tags in tags, and of brackets in brackets: reading them takes as much of the call stack. */
const MAX_NESTING = 100;

/** They read files or other templates. */
const REMOVED_TAGS = ["include", "render", "layout", "block"];
/** They evaluate text that the check of variables can't see, or (`sample`) say something else at each attempt. */
const REMOVED_FILTERS = ["where_exp", "reject_exp", "group_by_exp", "has_exp", "find_exp", "find_index_exp", "sample"];

/** Liquid for untrusted authors: no files, no inherited properties, and all that a rendering does is counted. */
export function createLiquid(escapeHtml: boolean): Liquid {
  const liquid = new Liquid({
    templates: {},
    relativeReference: false,
    ownPropertyOnly: true,
    strictFilters: true,
    preserveTimezones: true,
    timezoneOffset: 0,
    locale: "en-US",
    memoryLimit: MAX_MEMORY,
    operators: { ...defaultOperators, contains },
  });
  for (const tag of REMOVED_TAGS) delete liquid.tags[tag];
  for (const filter of REMOVED_FILTERS) liquid.unregisterFilter(filter);
  for (const [name, filter] of Object.entries(DATE_FILTERS)) liquid.registerFilter(name, filter);
  liquid.registerTag("#", InlineComment);
  for (const [name, filter] of Object.entries(liquid.filters)) liquid.registerFilter(name, counted(name, filter));
  if (escapeHtml) liquid.options.outputEscape = counted("escape", filters.escape).handler;
  // Liquid's own limit leaves out what is written, in `capture` too.
  const { renderer } = liquid;
  const renderTemplates = renderer.renderTemplates.bind(renderer);
  renderer.renderTemplates = (nodes, context, given) => {
    if (given) return renderTemplates(nodes, context, given);
    const emitter = new BoundedEmitter(context);
    return written(renderTemplates(nodes, context, emitter), emitter);
  };
  return liquid;
}

/** Reads a template, node by node, with turns for others between them. */
export async function parseTemplate(liquid: Liquid, source: string): Promise<LiquidNode[]> {
  const tokens = new Tokenizer(source, liquid.options.operators).readTopLevelTokens(liquid.options);
  const parser = new BoundedParser(liquid);
  const nodes: LiquidNode[] = [];
  for (let token = tokens.shift(); token; token = tokens.shift()) {
    nodes.push(parser.parseToken(token, tokens));
    if (isSliceOver()) await nextTurn();
  }
  return nodes;
}

/** A function of the template, the scope and the clock alone, errors included. */
export async function renderTemplate(liquid: Liquid, nodes: LiquidNode[], scope: object, clock: TemplateClock): Promise<string> {
  const context = new Context(scope, liquid.options, { sync: true }, { liquid });
  const work = new Work(clock);
  countWork(context, work);
  return String(await runSteps(liquid.renderer.renderTemplates(nodes, context), work));
}

/** Ends with what was written. */
function written(rendering: IterableIterator<unknown>, emitter: BoundedEmitter): IterableIterator<unknown> {
  const last = (step: IteratorResult<unknown>): IteratorResult<unknown> =>
    step.done ? { done: true, value: emitter.text } : step;
  return {
    [Symbol.iterator]: () => rendering,
    next: (value?: unknown) => last(rendering.next(value)),
    throw: (error?: unknown) => {
      if (!rendering.throw) throw error;
      return last(rendering.throw(error));
    },
  };
}

class BoundedParser extends Parser {
  #depth = 0;

  override parseToken(token: TopLevelToken, remaining: TopLevelToken[]): ReturnType<Parser["parseToken"]> {
    const isTooDeep = TypeGuards.isTagToken(token) && this.#depth >= MAX_NESTING;
    if (isTooDeep || nestingOf(token) > MAX_NESTING) throw new RangeError("it is nested too deeply");
    this.#depth += 1;
    try {
      return super.parseToken(token, remaining);
    } finally {
      this.#depth -= 1;
    }
  }
}

function nestingOf(token: TopLevelToken): number {
  if (TypeGuards.isHTMLToken(token)) return 0;
  let [depth, deepest] = [0, 0];
  for (const character of token.getText()) {
    if (character === "[" || character === "(") deepest = Math.max(deepest, ++depth);
    else if (character === "]" || character === ")") depth = Math.max(0, depth - 1);
  }
  return deepest;
}

/** Liquid's own looks for the end of blank lines anew from each of them. */
class InlineComment extends Tag {
  constructor(token: TagToken, remaining: TopLevelToken[], liquid: Liquid) {
    super(token, remaining, liquid);
    const lines = token.args.split("\n").slice(1);
    if (lines.some((line) => !/^(#|$)/.test(line.trim()))) {
      throw new Error("every line of an inline comment must start with a '#' character");
    }
  }

  override render(): void {}
}

function counted(name: string, filter: FilterImplOptions | undefined): Exclude<FilterImplOptions, (...args: never) => unknown> {
  const handler = typeof filter === "function" ? filter : filter?.handler;
  if (!handler) throw new TypeError(`Liquid has no such filter: ${name}`);
  return {
    raw: typeof filter !== "function" && filter?.raw === true,
    handler(value, ...args) {
      const work = workOf(this.context);
      work.spend(costOf(name, value, args));
      return handler.call(this, value, ...args);
    },
  };
}

function contains(left: unknown, right: unknown, context: Context): ReturnType<(typeof defaultOperators)[string]> {
  workOf(context).spend(costOf("contains", left, [right]));
  const { contains: search } = defaultOperators;
  if (!search) throw new TypeError("Liquid has no such operator: contains");
  return search(left, right, context);
}

/** Who renders a part gets no text back: all that was written so far would be counted at each turn of a loop. */
class BoundedEmitter {
  readonly buffer = "";
  text = "";
  readonly #context: Context;

  constructor(context: Context) {
    this.#context = context;
  }

  write(value: unknown): void {
    if (typeof value !== "string") workOf(this.#context).spend(sizeOf(value));
    const text = textOf(value);
    this.#context.memoryLimit.use(text.length);
    this.text += text;
  }
}

function textOf(value: unknown): string {
  if (value === undefined || value === null) return "";
  return Array.isArray(value) ? value.map(textOf).join("") : String(value);
}
