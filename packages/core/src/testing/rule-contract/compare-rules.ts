import assert from "node:assert/strict";
import type { Store } from "../../ports/index.js";
import type { Condition } from "../../query/condition/condition.js";
import { holds } from "../../query/condition/holds.js";
import type { Subject } from "../../query/condition/subject.js";
import type { Rule } from "../../query/language/rule.js";
import { lowerRule } from "../../query/lower-rule.js";
import { readAll } from "../expect.js";
import { GENERATED_CONTEXT } from "./value-pools.js";

/** Enough to keep a server busy; more make each slower. */
const AT_ONCE = 4;
const WHOLE_PAGE = 1_000;
const EXAMPLES = 5;

export interface HowToCompare {
  /** Of `find`; 1,000. */
  readonly pageSize?: number;
  /** A campaign of which there is no row yet, to be planned too, beside a preview; it leaves rows behind, of messages that were not sent. */
  readonly campaignId?: string;
}

/** Whom a rule selects by core's `holds`, in their order. */
export function selectedOf(rule: Rule, subjects: readonly Subject[]): readonly string[] {
  const condition = lowerRule(rule, GENERATED_CONTEXT);
  return subjects.filter((subject) => holds(condition, subject)).map(({ id }) => id);
}

/** How `find`, `count` and, if wanted, the plan and a preview differ from who is selected, a sentence each; none, where all agree. */
export async function differencesFrom(
  ids: readonly string[],
  store: Store,
  rule: Rule,
  { pageSize = WHOLE_PAGE, campaignId }: HowToCompare = {},
): Promise<readonly string[]> {
  const condition = lowerRule(rule, GENERATED_CONTEXT);
  const differences = [...differenceOf("find", await findIds(store, condition, pageSize), ids)];
  const count = await store.customers.count(condition);
  if (count !== ids.length) differences.push(`count says ${count}, not ${ids.length}`);
  if (campaignId !== undefined) {
    const { now: plannedAt } = GENERATED_CONTEXT;
    const added = await store.communications.plan({ campaignId, channel: "email", condition, plannedAt });
    const rows = await readAll(WHOLE_PAGE, (page) => store.communications.list({ campaignId }, page));
    const planned = rows.map(({ customerId }) => customerId);
    differences.push(...differenceOf("the plan", planned, ids));
    if (added !== planned.length) differences.push(`the plan says that it added ${added}, not ${planned.length}`);
    const preview = await store.customers.preview(condition, EXAMPLES);
    if (preview.count !== ids.length) differences.push(`the preview says ${preview.count}, not ${ids.length}`);
    const shown = new Set(preview.examples.map(({ id }) => id));
    if (shown.size !== Math.min(EXAMPLES, ids.length) || [...shown].some((id) => !ids.includes(id))) {
      differences.push(`the preview shows ${JSON.stringify(preview.examples.map(({ id }) => id))} of ${JSON.stringify(ids)}`);
    }
  }
  return differences;
}

/** In a sentence, if it differs. */
export function differenceOf(what: string, got: readonly string[], wanted: readonly string[]): readonly string[] {
  const lacks = wanted.filter((id) => !got.includes(id));
  const adds = got.filter((id) => !wanted.includes(id));
  if (lacks.length > 0 || adds.length > 0) {
    return [`${what} lacks ${JSON.stringify(lacks)} and adds ${JSON.stringify(adds)}`];
  }
  return got.length === wanted.length && got.every((id, index) => id === wanted[index])
    ? []
    : [`${what} repeats or misplaces some: ${JSON.stringify(got)}`];
}

/**
 * Compares rules, a few at a time, and reports how each differs. What `compare` throws is a difference too.
 * No other rule is begun once there are `most` that differ.
 */
export async function compareRules(
  rules: readonly Rule[],
  compare: (rule: Rule, index: number) => Promise<readonly string[]>,
  most: number,
): Promise<readonly string[]> {
  const told: string[] = [];
  const waiting = rules.entries();
  const work = async (): Promise<void> => {
    for (const [index, rule] of waiting) {
      if (told.length >= most) return;
      const differences = await compare(rule, index).catch((error: unknown) => [
        (error instanceof Error && error.stack) || String(error),
      ]);
      if (differences.length > 0) told.push(`${differences.join("; ")}: ${JSON.stringify(rule)}`);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return told;
}

/** Everyone whom `find` finds, page by page. */
export async function findIds(store: Store, condition: Condition, limit: number): Promise<readonly string[]> {
  const ids: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await store.customers.find(condition, { limit, ...(cursor === undefined ? {} : { cursor }) });
    assert.ok(page.items.length <= limit, `a page has at most ${limit}`);
    assert.ok(page.items.length > 0 || page.nextCursor === null, "a page before the last is not empty");
    for (const { id } of page.items) {
      const before = ids.at(-1);
      assert.ok(before === undefined || before < id, "ids ascend from page to page");
      ids.push(id);
    }
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  return ids;
}
