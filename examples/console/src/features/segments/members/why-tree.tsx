"use client";

import type { ExplanationNode, Rule } from "@crm-engine/core";
import Link from "next/link";
import { formatMoney, formatNumber, formatTime } from "@/api/format";
import { Badge } from "@/ui/badge";
import type { Describe } from "../use-description";

interface WhyTreeProps {
  readonly node: ExplanationNode;
  readonly describe: Describe | undefined;
  readonly segmentName: (id: string) => string;
  readonly currency: string | undefined;
}

/** The rule's tree, with the verdict and what was seen at each node. */
export function WhyTree(props: WhyTreeProps) {
  return (
    <ul className="flex flex-col gap-2">
      <WhyNode {...props} />
    </ul>
  );
}

const GROUPS = { all: "All of these hold", any: "Any of these holds", not: "This does not hold" };

function WhyNode({ node, describe, segmentName, currency }: WhyTreeProps) {
  const below = "children" in node ? node.children : "tree" in node ? [node.tree] : [];
  return (
    <li className="rounded-md border border-line px-3 py-2">
      <div className="flex flex-wrap items-baseline gap-2">
        <Badge tone={node.matches ? "good" : "bad"}>{node.matches ? "holds" : "does not hold"}</Badge>
        <span className="min-w-0 text-sm font-medium break-words">
          {"children" in node ? (
            GROUPS[node.kind]
          ) : "tree" in node ? (
            <>
              in the segment{" "}
              <Link className="text-accent hover:underline" href={`/segment?id=${encodeURIComponent(node.segment)}`}>
                {segmentName(node.segment)}
              </Link>
            </>
          ) : (
            (describe?.(node.test as Rule) ?? JSON.stringify(node.test))
          )}
        </span>
      </div>
      {"test" in node && <Seen node={node} currency={currency} />}
      {below.length > 0 && (
        <ul className="mt-2 flex flex-col gap-2 border-l-2 border-line pl-3">
          {below.map((child, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the tree stays as it is
            <WhyNode key={index} node={child} describe={describe} segmentName={segmentName} currency={currency} />
          ))}
        </ul>
      )}
    </li>
  );
}

type LeafWhy = Extract<ExplanationNode, { readonly test: unknown }>;

function Seen({ node, currency }: { readonly node: LeafWhy; readonly currency: string | undefined }) {
  const { seen, windows = [], orders, within } = node;
  return (
    <dl className="mt-1 grid grid-cols-[auto_minmax(0,1fr)] gap-x-3 text-table">
      <dt className="text-muted">Seen</dt>
      <dd className="font-semibold break-words">{seenInWords(node, seen, currency)}</dd>
      {windows.slice(0, 3).map(({ from, to }) => (
        <Span key={`${from} ${to}`} label="Compared with" from={from} to={to} />
      ))}
      {windows.length > 3 && (
        <>
          <dt className="text-muted" />
          <dd className="text-muted">and {formatNumber(windows.length - 3)} more</dd>
        </>
      )}
      {within !== undefined && <Span label="Counted in" from={within.from} to={within.to} />}
      {orders !== undefined && (
        <>
          <dt className="text-muted">Orders</dt>
          <dd>
            {formatNumber(orders.counted)} of {formatNumber(orders.of)} counted
            {orders.newest.length > 0 && (
              <details>
                <summary className="text-xs font-semibold text-muted">The latest {orders.newest.length}</summary>
                <ul className="mt-1">
                  {orders.newest.map(({ id, placedAt, counts }) => (
                    <li key={id}>
                      <Link className="text-accent hover:underline" href={`/order?id=${encodeURIComponent(id)}`}>
                        {id}
                      </Link>{" "}
                      {formatTime(placedAt)}: {counts ? "counts" : "does not count"}
                    </li>
                  ))}
                </ul>
              </details>
            )}
          </dd>
        </>
      )}
    </dl>
  );
}

function Span({ label, from, to }: { readonly label: string; readonly from: string | null; readonly to: string | null }) {
  return (
    <>
      <dt className="text-muted">{label}</dt>
      <dd>
        {from === null ? "any time" : formatTime(from)} to {to === null ? "any time" : formatTime(to)}
      </dd>
    </>
  );
}

const MONEY = new Set(["totalSpend", "sum", "avg", "min", "max"]);

function seenInWords(node: LeafWhy, seen: unknown, currency: string | undefined): string {
  if (seen === null || seen === undefined) return "nothing: there is no value";
  if (typeof seen === "number") {
    if (node.kind === "sample") return `percentile ${formatNumber(seen)}`;
    return currency !== undefined && isMoney(node.test) ? formatMoney(seen, currency) : formatNumber(seen);
  }
  if (typeof seen === "boolean") return seen ? "yes" : "no";
  if (Array.isArray(seen)) return seen.length === 0 ? "an empty list" : seen.join(", ");
  if (typeof seen === "string") return /^\d{4}-\d\d-\d\dT.*Z$/.test(seen) ? formatTime(seen) : seen;
  return JSON.stringify(seen);
}

function isMoney(test: LeafWhy["test"]): boolean {
  if ("field" in test) return MONEY.has(test.field);
  return "orders" in test && Object.keys(test.orders).some((key) => MONEY.has(key));
}
