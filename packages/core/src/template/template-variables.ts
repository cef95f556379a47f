import { type Template as LiquidNode, type Token, TypeGuards, toValueSync, Value } from "liquidjs";
import { SAMPLE_VIEW } from "./customer-view.js";

const FIELDS = Object.keys(SAMPLE_VIEW).filter((name) => name !== "attributes");

/** A variable as it is written: `customer.tags[0]` is `["customer", "tags", 0]`; what only a rendering can know is undefined. */
type VariablePath = readonly (string | number | undefined)[];

/** One message for each variable that is neither a customer's field nor set in the template itself; at most 20. */
export function unknownVariables(nodes: readonly LiquidNode[]): readonly string[] {
  const unknown = freeVariables(nodes).filter(([root, field, ...rest]) => {
    if (root !== "customer") return true;
    return field === "attributes" ? rest.length === 0 : !FIELDS.includes(String(field)) || rest.length > 1;
  });
  const messages = unknown.slice(0, 1_000).map((path) => {
    const name = path.map((segment) => segment ?? "[…]").join(".");
    return `${shorten(name)} does not exist: did you mean ${shorten(nearestName(path))}?`;
  });
  return [...new Set(messages)].slice(0, 20);
}

/** The field whose name is at most two edits from what was written, else an attribute of that name. */
function nearestName(path: VariablePath): string {
  const written = String((path[0] === "customer" ? path[1] : path.at(-1)) ?? "name");
  const wanted = written.replace(/_/g, "").toLowerCase();
  const [nearest] = FIELDS.map((field) => ({ field, edits: editDistance(wanted, field.toLowerCase()) })).sort(
    (a, b) => a.edits - b.edits,
  );
  if (nearest && nearest.edits <= Math.min(2, wanted.length / 2)) return `customer.${nearest.field}`;
  return `customer.attributes.${written === "attributes" ? "NAME" : written}`;
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
