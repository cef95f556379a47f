import type { Experiment } from "../experiment.js";
import { messagesOf } from "../vendor/deliveries.js";
import type { FakeVendor } from "../vendor/fake-vendor.js";
import type { Verdict } from "../verdict.js";
import { draftTo, everyone, loadPeople } from "../world/audience.js";
import { findEverywhere } from "../world/everything.js";
import { getJson, insist } from "../world/http.js";
import { allPages } from "../world/pages.js";
import { patiently } from "../world/patiently.js";
import { untilSent } from "../world/sending.js";
import { whileProgressing } from "../world/until.js";
import type { World } from "../world/world.js";

const WORKERS = 2;
/** Stands in everything that only the erased have, and in nothing else. */
const MARKER = "qxmarker";
/** One of the erased in so many shares a mailbox with somebody who stays. */
const SHARING = 3;
/** One in so many opts in again, once all is over. */
const RETURNING = 10;
const BYSTANDERS_EACH = 2;
const GROUP = 10;
const LEASE_MS = 4_000;
const STALLED_MS = 90_000;
const PLACED_AT = "2026-01-01T00:00:00Z";

/**
 * People are erased while rows, orders and receipts of theirs are on the way, by id and by address only, in messages that nobody can
 * read, and while a campaign is sent to them; workers and the broker are killed meanwhile.
 */
export const erasure: Experiment = {
  name: "erasure",
  mustBe:
    "once an erasure is complete, nothing of the erased is found in the store, its files, queues and dead letters; nobody comes back but by a new opt-in, and others with the mailbox keep their records",
  needsOwnBroker: true,
  run: async (world, verdict) => {
    const { engine, scale, random, say } = world;
    const erased = scale.count(1_000, 30);
    const kills = { left: scale.count(30, 3), every: Math.max(1, Math.floor(erased / GROUP / (scale.count(30, 3) + 1))) };
    const vendor = await world.vendor();
    const env = (name: string) => ({ SENDER_URL: vendor.urlFor(name), LEASE_MS: String(LEASE_MS) });
    const api = world.start("serve", "api", env("api"));
    const workers = world.crew("worker", WORKERS, (name) => ({ ...env(name), BATCH_SIZE: String(scale.count(100, 20)) }));
    await Promise.all([api.ready, workers.ready()]);
    const url = async () => api.url();

    await loadPeople(world, erased * (1 + BYSTANDERS_EACH), (n) => (n < erased ? toBeErased(n) : bystander(n - erased, erased)));
    for (let n = 0; n < erased; n += GROUP) await insist(url, ["POST", "/api/orders"], { body: ordersOf(n, erased) });
    const before = await draftTo(world, "Before");
    await engine.campaigns.launch(before);
    await untilSent(world, vendor, [before], STALLED_MS);
    const orders = await ordersThere(world);

    await vendor.behave({ delayMs: 50 });
    const during = await draftTo(world, "During");
    await engine.campaigns.launch(during);
    const order = random.shuffled(Array.from({ length: erased }, (_, n) => n));
    for (let start = 0, round = 1; start < order.length; start += GROUP, round++) {
      const group = order.slice(start, start + GROUP);
      await sendAbout(world, url, group, before);
      if (round % kills.every === 0 && kills.left > 0) {
        kills.left -= 1;
        if (world.pairing !== "sqlite" && kills.left % 3 === 0) {
          // A process that begins while the broker is away gives up.
          await workers.ready();
          await world.broker().kill();
          await world.broker().start();
        } else {
          await workers.killOne(random);
        }
      }
      await Promise.all(group.map((n) => insist(url, ["DELETE", `/api/customers/${erasedId(n)}`])));
      if (round % 20 === 0) say(`${start.toLocaleString("en")} of ${erased.toLocaleString("en")} erased`);
    }
    await untilSent(world, vendor, [during], STALLED_MS);
    await untilComplete(url, erased);
    say("every erasure is complete");
    await judgeGone(world, url, verdict, { erased, orders, campaigns: [before, during] });
    await judgeAfter(world, url, vendor, verdict, erased);
  },
};

function erasedId(n: number): string {
  return `e${String(n).padStart(6, "0")}`;
}

function isSharing(n: number): boolean {
  return n % SHARING === 0;
}

function emailOf(n: number): string {
  return isSharing(n) ? `shared-${n}@example.com` : `${MARKER}-${n}@example.com`;
}

function toBeErased(n: number) {
  const attributes = { note: `${MARKER} ${n}` };
  return {
    id: erasedId(n),
    email: emailOf(n),
    phone: `+4420794${String(n).padStart(5, "0")}`,
    name: `${MARKER} ${n}`,
    attributes,
  };
}

/** Everybody else: some of them have the mailbox of one who is erased. */
function bystander(n: number, erased: number) {
  const email = n < erased && isSharing(n) ? emailOf(n) : `other-${n}@example.com`;
  return { id: `o${String(n).padStart(6, "0")}`, email, name: `Other ${n}` };
}

function ordersOf(from: number, erased: number): readonly object[] {
  const of = (n: number) => ({ id: `order-${n}`, customerId: erasedId(n), amount: 10, placedAt: PLACED_AT });
  return Array.from({ length: Math.min(GROUP, erased - from) }, (_, index) => of(from + index));
}

/** What is on the way about those who are erased next: by every entrance, some of it more than once. */
async function sendAbout(world: World, url: () => Promise<string>, group: readonly number[], before: string): Promise<void> {
  const { queue, random } = world;
  const post = (path: string, body: object) => insist(url, ["POST", path], { body });
  const nameless = group.map((n) => ({ email: emailOf(n), name: `${MARKER} ${n} again` }));
  const orders = group.map((n) => ({
    ...{ id: `late-${n}`, amount: 1, placedAt: PLACED_AT },
    ...(random.share() < 0.5 ? { customerId: erasedId(n) } : { customer: { email: emailOf(n), name: `${MARKER} ${n}` } }),
  }));
  const rejected = group.map((n) => ({ ...toBeErased(n), visitCount: -1 }));
  const receipts = group.map((n) => ({
    messageId: `${before}:${erasedId(n)}`,
    ...{ status: "bounced", bounce: "soft", reason: `${MARKER} ${n} is not here` },
  }));
  await post("/api/customers", [...group.map(toBeErased), ...nameless, ...rejected]);
  await post("/api/orders", orders);
  await post("/api/receipts", { receipts });
  for (const n of group) await post("/api/customers", { email: emailOf(n), name: `${MARKER} ${n} single` });
  const unreadable = group.map((n) => ({ id: `unreadable-${n}`, body: `{"of":"${erasedId(n)}","name":"${MARKER} ${n}"` }));
  await patiently(() => queue.publish(random.pick(["customers", "orders"]), unreadable));
}

async function untilComplete(url: () => Promise<string>, erased: number): Promise<void> {
  const left = new Set(Array.from({ length: erased }, (_, n) => n));
  const ask = async () => {
    for (const n of [...left]) {
      const { status } = await getJson<{ readonly status: string }>(`${await url()}/api/erasures/${erasedId(n)}`);
      if (status === "completed") left.delete(n);
      else break;
    }
    return { done: left.size === 0, progress: left.size };
  };
  await whileProgressing("every erasure is complete", ask, { stalledMs: STALLED_MS });
}

async function ordersThere({ store }: World): Promise<number> {
  return (await allPages((page) => store.orders.list({}, page))).length;
}

async function judgeGone(
  world: World,
  url: () => Promise<string>,
  verdict: Verdict,
  { erased, orders, campaigns }: { readonly erased: number; readonly orders: number; readonly campaigns: readonly string[] },
): Promise<void> {
  const finds = await findEverywhere(world, MARKER);
  for (const { where, found } of finds) verdict.miss(`the marker is in ${where}: ${found}`);
  const logs = campaigns.map((id) => `/api/campaigns/${id}/log`);
  const exports = ["/api/customers", "/api/orders", "/api/dead-letters", "/api/batches", ...logs];
  let exported = 0;
  for (const path of exports) exported += await countIn(`${await url()}${path}`, MARKER);
  const people = await everyone(world);
  const byId = new Map(people.map((person) => [person.id, person]));
  const neighbours = Array.from({ length: erased }, (_, n) => n).filter(isSharing);
  verdict.figure("erased", erased);
  verdict.equal("markersFound", finds.length, 0);
  verdict.equal("markersShown", exported, 0);
  verdict.equal("cameBack", people.length - erased * BYSTANDERS_EACH, 0);
  verdict.equal(
    "neighboursWithoutTheirMailbox",
    neighbours.filter((n) => byId.get(bystander(n, erased).id)?.email !== emailOf(n)).length,
    0,
  );
  verdict.atLeast("ordersThatStayed", await ordersThere(world), orders);
}

/** How often the text is shown in the pages of a list. */
async function countIn(url: string, text: string): Promise<number> {
  let shown = 0;
  for (let cursor: string | null = ""; cursor !== null; ) {
    const page: { readonly nextCursor: string | null } = await getJson(
      `${url}?limit=200${cursor && `&cursor=${encodeURIComponent(cursor)}`}`,
    );
    shown += JSON.stringify(page).toLowerCase().split(text).length - 1;
    cursor = page.nextCursor;
  }
  return shown;
}

/** A new opt-in of their own brings somebody new; nobody else is written to at a mailbox that was erased. */
async function judgeAfter(
  world: World,
  url: () => Promise<string>,
  vendor: FakeVendor,
  verdict: Verdict,
  erased: number,
): Promise<void> {
  const returning = Array.from({ length: erased }, (_, n) => n).filter((n) => n % RETURNING === 1 && !isSharing(n));
  for (const n of returning) {
    const consent = { email: { state: "subscribed", at: new Date().toISOString() } };
    const { batchId } = (await insist(url, ["POST", "/api/customers"], { body: { email: emailOf(n), consent } })) as {
      readonly batchId: string;
    };
    await world.engine.batches.completed(batchId);
  }
  await vendor.behave({ delayMs: 0 });
  const after = await draftTo(world, "After", { body: "Hello" });
  await world.engine.campaigns.launch(after);
  await untilSent(world, vendor, [after], STALLED_MS);
  const called = new Set(messagesOf(vendor.journal()).flatMap(([, campaign, , to]) => (campaign === after ? [to] : [])));
  const expected = new Set(returning.map(emailOf));
  const mailboxes = Array.from({ length: erased }, (_, n) => emailOf(n));
  verdict.equal(
    "returnedAndWrittenTo",
    mailboxes.filter((email) => expected.has(email) && called.has(email)).length,
    expected.size,
  );
  verdict.equal("erasedAndWrittenTo", mailboxes.filter((email) => !expected.has(email) && called.has(email)).length, 0);
  const there = (await everyone(world)).length;
  verdict.equal("madeByOptIns", there - erased * BYSTANDERS_EACH, returning.length);
}
