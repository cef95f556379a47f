import { type Template as LiquidNode, type Token, TypeGuards, toValueSync, Value } from "liquidjs";
import { SAMPLE_SCOPE } from "./template-scope.js";

const UNSUBSCRIBE_URL = "unsubscribeUrl";

/** The fields of each object; attributes may have any name. */
const FIELDS: Readonly<Record<string, readonly string[]>> = {
  customer: Object.keys(SAMPLE_SCOPE.customer).filter((name) => name !== "attributes"),
  campaign: Object.keys(SAMPLE_SCOPE.campaign),
};
const NAMES = [...Object.entries(FIELDS).flatMap(([root, names]) => names.map((name) => `${root}.${name}`)), UNSUBSCRIBE_URL];

const OTHERS = "what customers have besides their fields is customer.attributes.NAME";

/** A variable as it is written: `customer.tags[0]` is `["customer", "tags", 0]`; what only a rendering can know is undefined. */
export type VariablePath = readonly (string | number | undefined)[];

/** What a template names that it does not set itself. */
export interface TemplateVariables {
  /** One message for each that there is not; at most 20. */
  readonly faults: readonly string[];
  readonly usesUnsubscribeUrl: boolean;
  /** Those that there are and whose names are known from the template alone, each once. */
  readonly named: readonly (readonly (string | number)[])[];
}

export function variablesOf(nodes: readonly LiquidNode[]): TemplateVariables {
  const free = freeVariables(nodes);
  const messages = free
    .filter((path) => !exists(path))
    .slice(0, 1_000)
    .map(faultOf);
  return {
    faults: [...new Set(messages)].slice(0, 20),
    usesUnsubscribeUrl: free.some(([root]) => root === UNSUBSCRIBE_URL),
    named: [
      ...new Map(
        free
          .filter(exists)
          .filter(isNamed)
          .map((path) => [path.join("."), path]),
      ).values(),
    ],
  };
}

function isNamed(path: VariablePath): path is readonly (string | number)[] {
  return path.every((segment) => segment !== undefined);
}

function exists([root, field, ...rest]: VariablePath): boolean {
  if (root === UNSUBSCRIBE_URL) return field === undefined;
  if (root === "customer" && field === "attributes") return rest.length > 0;
  return (FIELDS[String(root)] ?? []).includes(String(field)) && rest.length <= 1;
}

/** Suggests a name that is at most two edits from what was written, of the same object if there is one, and none that may be nobody's. */
function faultOf(path: VariablePath): string {
  const root = String(path[0]);
  const name = shorten(path.map((segment) => segment ?? "[…]").join("."));
  const written = String((FIELDS[root] ? path[1] : path.at(-1)) ?? "");
  const wanted = written.replace(/_/g, "").toLowerCase();
  const edits = (full: string): number => editDistance(wanted, (full.split(".").at(-1) ?? "").toLowerCase());
  const [nearest] = [...NAMES]
    .sort((a, b) => Number(b.startsWith(`${root}.`)) - Number(a.startsWith(`${root}.`)))
    .map((full) => ({ full, edits: edits(full) }))
    .sort((a, b) => a.edits - b.edits);
  const isNear = nearest !== undefined && nearest.edits <= Math.min(2, wanted.length / 2);
  return `${name} does not exist: ${isNear ? `did you mean ${nearest.full}?` : OTHERS}`;
}

/**
 * The variables of a template that it does not set itself (by assign, capture, a loop …). Liquid's own analysis counts lines
 * from the start of the source for each of them, which takes seconds for a long template.
 */
function freeVariables(nodes: readonly LiquidNode[]): readonly VariablePath[] {
  const found: VariablePath[] = [];
  const locals = new Set<string>();
  const visit = (node: LiquidNode, blockNames: readonly unknown[]): void => {
    for (const argument of node.arguments?.() ?? []) {
      const tokens = argument instanceof Value ? tokensOf(argument) : [argument];
      for (const path of tokens.flatMap(pathsOf)) {
        const root = path[0];
        if (typeof root !== "string" || !(locals.has(root) || blockNames.includes(root))) found.push(path);
      }
    }
    for (const name of node.localScope?.() ?? []) locals.add(name.content);
    if (!node.children) return;
    const inner = [...blockNames, ...(node.blockScope?.() ?? [])];
    for (const child of toValueSync<LiquidNode[]>(node.children(false, true))) visit(child, inner);
  };
  for (const node of nodes) visit(node, []);
  return found;
}

function tokensOf(value: Pick<Value, "initial" | "filters">): readonly Token[] {
  const inFilters = value.filters.flatMap((filter) =>
    filter.args.flatMap((argument) => (Array.isArray(argument) ? (argument[1] ?? []) : argument)),
  );
  return [...value.initial.postfix, ...inFilters];
}

function pathsOf(token: Token): readonly VariablePath[] {
  if (TypeGuards.isRangeToken(token)) return [...pathsOf(token.lhs), ...pathsOf(token.rhs)];
  if (!TypeGuards.isPropertyAccessToken(token)) return [];
  const nested = [...(token.variable ? [token.variable] : []), ...token.props].flatMap(pathsOf);
  return token.variable ? nested : [token.props.map(segmentOf), ...nested];
}

function segmentOf(token: Token): string | number | undefined {
  return TypeGuards.isQuotedToken(token) || TypeGuards.isNumberToken(token) || TypeGuards.isWordToken(token)
    ? token.content
    : undefined;
}

export function shorten(text: string): string {
  return text.length > 100 ? `${text.slice(0, 100)}…` : text;
}

/** Levenshtein's distance; of a long text, that of its beginning. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 0; i < Math.min(a.length, 50); i++) {
    const next = [i + 1];
    for (let j = 0; j < b.length; j++) {
      next.push(Math.min((next[j] ?? 0) + 1, (row[j + 1] ?? 0) + 1, (row[j] ?? 0) + (a[i] === b[j] ? 0 : 1)));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
