import { equal, fail, ok } from "node:assert/strict";
import { CrmError, type ErrorCode } from "../errors.js";
import type { Page, PageRequest } from "../ports/page.js";
import { sleep } from "../usecases/sleep.js";

const POLL_MS = 5;
const MAX_PAGES = 1_000;

/** Asks again and again until there is an answer; fails, saying what never came, after `maxWaitMs`. */
export async function until<T>(what: string, maxWaitMs: number, ask: () => Promise<T | undefined> | T | undefined): Promise<T> {
  const end = Date.now() + maxWaitMs;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (Date.now() >= end) fail(`within ${maxWaitMs} ms there was never: ${what}`);
    await pause(POLL_MS);
  }
}

export function pause(ms: number): Promise<void> {
  return sleep(ms);
}

/** Settles when `work` rejects with a CrmError of this code. */
export async function rejectsAs(code: ErrorCode, what: string, work: () => Promise<unknown>): Promise<void> {
  const error = await work().then(
    () => fail(`${what} was expected to reject as ${code}, and went through`),
    (reason: unknown) => reason,
  );
  ok(error instanceof CrmError, `${what} was expected to reject with a CrmError, and did with: ${String(error)}`);
  equal(error.code, code, `${what} rejected with: ${error.message}`);
}

/** Reads every page. `between` runs after each one. */
export async function readAll<T>(
  limit: number,
  list: (page: PageRequest) => Promise<Page<T>>,
  between: (pagesRead: number) => Promise<void> = async () => undefined,
): Promise<readonly T[]> {
  const items: T[] = [];
  let cursor: string | undefined;
  for (let pages = 1; pages <= MAX_PAGES; pages++) {
    const page = await list({ limit, ...(cursor === undefined ? {} : { cursor }) });
    ok(page.items.length <= limit, `a page of ${limit} had ${page.items.length} items`);
    items.push(...page.items);
    if (page.nextCursor === null) return items;
    cursor = page.nextCursor;
    await between(pages);
  }
  return fail(`paging had not ended after ${MAX_PAGES} pages`);
}

/** Runs the work `times` times at once. */
export function race<T>(times: number, work: (index: number) => Promise<T>): Promise<readonly T[]> {
  return Promise.all(Array.from({ length: times }, (_, index) => work(index)));
}
