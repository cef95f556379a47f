import { isDeepStrictEqual } from "node:util";
import type { Rule } from "@crm-engine/core";
import type { StoredCustomer } from "@crm-engine/core/ports";
import type { Experiment } from "../experiment.js";
import type { Random } from "../random.js";
import { messagesOf } from "../vendor/deliveries.js";
import type { FakeVendor } from "../vendor/fake-vendor.js";
import type { Verdict } from "../verdict.js";
import { draftTo, ledgerRows, loadPeople, personId } from "../world/audience.js";
import { expectedVerdict, type Happening, type MailboxState, markOf, shapeOf, stateAfter, tell } from "../world/mailboxes.js";
import { allPages } from "../world/pages.js";
import { untilSent } from "../world/sending.js";
import type { World } from "../world/world.js";

const WORKERS = 2;
const RECORDS_OF_A_MAILBOX = 3;
/** One mailbox in so many got several newsletters before, and may bounce so often. */
const OFTEN = 10;
const FORMER_CAMPAIGNS = 6;
const MOST_HAPPENINGS = 5;
/** Mailboxes that something is told of in one go. */
const GROUP = 20;
const LEASE_MS = 4_000;
const STALLED_MS = 40_000;
const READERS: Rule = { field: "tags", op: "includesAny", value: ["often"] };

/** Records share mailboxes, each in a spelling of its own; things happen at the mailboxes in any order while a campaign is sent. */
export const suppression: Experiment = {
  name: "suppression",
  mustBe:
    "nobody is written to at a mailbox that was suppressed before its claim, under any record and in any spelling; evidence ends the same in any order; what can be reached is what is sent",
  run: async (world, verdict) => {
    const { engine, scale, random, say } = world;
    const mailboxes = scale.count(20_000, 100);
    const vendor = await world.vendor();
    const env = (name: string) => ({ SENDER_URL: vendor.urlFor(name), LEASE_MS: String(LEASE_MS) });
    const api = world.start("serve", "api", env("api"));
    const workers = world.crew("worker", WORKERS, (name) => ({ ...env(name), BATCH_SIZE: String(scale.count(100, 20)) }));
    await Promise.all([api.ready, workers.ready()]);
    await loadPeople(world, mailboxes * RECORDS_OF_A_MAILBOX, record);
    const messages = await formerMessages(world, vendor, mailboxes);

    const happenings = Array.from({ length: mailboxes }, (_, n) => draw(random, messages[n] ?? []));
    await vendor.behave({ delayMs: 100 });
    const news = await draftTo(world, "News");
    await engine.campaigns.launch(news);
    const inTime: number[] = [];
    let comes = true;
    const order = random.shuffled(Array.from({ length: mailboxes }, (_, n) => n));
    const kills = { left: scale.count(50, 3), every: Math.ceil(mailboxes / GROUP / (scale.count(50, 3) + 1)) };
    for (let start = 0, round = 1; start < order.length; start += GROUP, round++) {
      const group = order.slice(start, start + GROUP);
      if (round % kills.every === 0 && kills.left-- > 0) await workers.killOne(random);
      const told = group.map((n) => ({ ids: idsOf(n), address: addressOf(n), happenings: happenings[n] ?? [] }));
      comes = await tell(world, api.url(), told, { wait: comes });
      for (const n of group) if (await isUnclaimed(world, news, n)) inTime.push(n);
      if (round % 100 === 0) say(`${start.toLocaleString("en")} of ${mailboxes.toLocaleString("en")} mailboxes`);
    }
    await untilSent(world, vendor, [news], STALLED_MS);
    await vendor.behave({ delayMs: 0 });
    const quiet = await draftTo(world, "Quiet");
    const { reachable } = await engine.segments.estimate({ rule: { all: [] }, channel: "email" });
    await engine.campaigns.launch(quiet);
    await untilSent(world, vendor, [quiet], STALLED_MS);

    verdict.figure("mailboxes", mailboxes);
    verdict.figure(
      "happenings",
      happenings.reduce((sum, { length }) => sum + length, 0),
    );
    const states = happenings.map(stateAfter);
    verdict.atLeast("suppressedMailboxes", states.filter(({ refusal }) => refusal !== undefined).length, 1);
    judgeNews(vendor, verdict, { news, inTime, states });
    await judgeQuiet(world, vendor, verdict, { quiet, states });
    await judgeReachable(world, verdict, { quiet, reachable });
  },
};

/** One mailbox in so many ways; the domain is one. */
const SPELLINGS: readonly ((n: number) => string)[] = [
  (n) => `box-${n}@bücher.example`,
  (n) => ` BOX-${n}@xn--bcher-kva.example`,
  (n) => `Box-${n}@BÜCHER。example`,
];

function record(n: number) {
  const mailbox = Math.floor(n / RECORDS_OF_A_MAILBOX);
  const email = SPELLINGS[n % RECORDS_OF_A_MAILBOX]?.(mailbox);
  return { id: personId(n), email, name: `Person ${n}`, tags: mailbox % OFTEN === 0 ? ["often"] : [] };
}

function idsOf(mailbox: number): readonly string[] {
  return Array.from({ length: RECORDS_OF_A_MAILBOX }, (_, n) => personId(mailbox * RECORDS_OF_A_MAILBOX + n));
}

function mailboxOf(id: string): number {
  return Math.floor(Number(id.slice(1)) / RECORDS_OF_A_MAILBOX);
}

function addressOf(mailbox: number): string {
  return `box-${mailbox}@xn--bcher-kva.example`;
}

/** Sends the newsletters of before; returns the messages that each mailbox got. */
async function formerMessages(world: World, vendor: FakeVendor, mailboxes: number): Promise<readonly (readonly string[])[]> {
  const got = Array.from({ length: mailboxes }, (): string[] => []);
  for (let n = 0; n < FORMER_CAMPAIGNS; n++) {
    const id = await draftTo(world, `Before ${n}`, n === 0 ? {} : { rule: READERS });
    await world.engine.campaigns.launch(id);
    await untilSent(world, vendor, [id], STALLED_MS);
    for (const row of await ledgerRows(world, id)) if (row.status === "sent") got[mailboxOf(row.customerId)]?.push(row.id);
  }
  return got;
}

const FIRST_AT = Date.parse("2026-01-01T00:00:00Z");
const MOMENTS = 30;
/** Later than any other. */
const LAST_AT = FIRST_AT + MOMENTS * 60_000;
const MOMENT_MS = 60_000;

/** What may happen at a mailbox, how often as a share of all that does. */
const KINDS: readonly (readonly [kind: Happening["kind"], weight: number])[] = [
  ["unsubscribed", 2],
  ["complained", 2],
  ["bounced", 2],
  ["soft_bounced", 3],
  ["delivered", 2],
  ["withdrawn", 2],
  ["cleaned", 1],
  ["subscribed", 4],
  ["confirmed", 1],
  ["blocked", 1],
  ["erased", 1],
];
const BAG = KINDS.flatMap(([kind, weight]) => Array.from({ length: weight }, () => kind));

/** Half of the mailboxes see nothing; some bounce with each message. */
function draw(random: Random, messages: readonly string[]): readonly Happening[] {
  if (random.share() < 0.5) return [];
  const at = () => FIRST_AT + random.below(MOMENTS) * MOMENT_MS;
  const some = Array.from({ length: 1 + random.below(MOST_HAPPENINGS) }, (): Happening => {
    const kind = random.pick(BAG);
    const isErased = kind === "erased";
    // Who is erased says nothing else: whether that would have come in time is not known.
    const by = isErased ? RECORDS_OF_A_MAILBOX - 1 : random.below(RECORDS_OF_A_MAILBOX - 1);
    return { kind, at: isErased ? LAST_AT : at(), by, message: random.pick(messages) };
  });
  const bouncing = messages.length > 1 && random.share() < 0.5;
  const bounces = bouncing ? messages.map((message): Happening => ({ kind: "soft_bounced", at: at(), by: 0, message })) : [];
  return random.shuffled([...some, ...bounces]);
}

async function isUnclaimed({ store }: World, campaignId: string, mailbox: number): Promise<boolean> {
  const rows = await Promise.all(idsOf(mailbox).map((id) => store.communications.get(`${campaignId}:${id}`)));
  return rows.every((row) => row === undefined || (row.status === "pending" && row.attempts === 0));
}

function judgeNews(
  vendor: FakeVendor,
  verdict: Verdict,
  {
    news,
    inTime,
    states,
  }: { readonly news: string; readonly inTime: readonly number[]; readonly states: readonly MailboxState[] },
): void {
  const called = new Set(messagesOf(vendor.journal()).flatMap(([, campaign, , to]) => (campaign === news ? [to] : [])));
  const suppressed = inTime.filter((n) => states[n]?.refusal !== undefined);
  verdict.atLeast("suppressedBeforeTheirClaim", suppressed.length, 1);
  verdict.equal("suppressedAndWrittenTo", suppressed.filter((n) => called.has(addressOf(n))).length, 0);
}

type Reachable = Awaited<ReturnType<World["engine"]["segments"]["estimate"]>>["reachable"];

/** What an estimate said before is what was sent, and why the others were skipped. */
async function judgeReachable(
  { engine }: World,
  verdict: Verdict,
  { quiet, reachable }: { readonly quiet: string; readonly reachable: Reachable },
): Promise<void> {
  const { sent, delivered, skippedBy } = await engine.campaigns.stats(quiet);
  verdict.equal("willBeSent", reachable?.willBeSent ?? -1, sent + delivered);
  verdict.equal("unsubscribed", reachable?.unsubscribed ?? -1, skippedBy.unsubscribed ?? 0);
  verdict.equal("suppressed", reachable?.suppressed ?? -1, skippedBy.suppressed ?? 0);
  verdict.equal("sharedAddress", reachable?.sharedAddress ?? -1, skippedBy.duplicate_address ?? 0);
}

/** On an engine with nothing else to do: evidence, marks, rows and the vendor's journal say the same. */
async function judgeQuiet(
  { store, engine }: World,
  vendor: FakeVendor,
  verdict: Verdict,
  { quiet, states }: { readonly quiet: string; readonly states: readonly MailboxState[] },
): Promise<void> {
  const everyone = await allPages<StoredCustomer>((page) => store.customers.find({ kind: "all", of: [] }, page));
  const rows = new Map(
    (await allPages((page) => store.communications.list({ campaignId: quiet }, page))).map((row) => [row.id, row]),
  );
  const wrong = { evidence: 0, marks: 0, rows: 0 };
  const expected = new Set<number>();
  for (const person of everyone) {
    const mailbox = mailboxOf(person.id);
    const state = states[mailbox];
    if (!state) continue;
    const verdictOfPerson = expectedVerdict(person, state);
    if (verdictOfPerson === "yes") expected.add(mailbox);
    if (markOf(person) !== state.refusal) wrong.marks += 1;
    const row = rows.get(`${quiet}:${person.id}`);
    const is = row?.status === "skipped" ? row.reason : row?.status;
    const may = verdictOfPerson === "yes" ? ["sent", "duplicate_address"] : [verdictOfPerson];
    if (!may.includes(is ?? "")) {
      wrong.rows += 1;
      verdict.miss(`${person.id} is ${is}; it must be ${may.join(" or ")}`);
    }
  }
  for (const [mailbox, state] of states.entries()) {
    const [found] = await engine.suppressions.find(addressOf(mailbox));
    if (!isDeepStrictEqual(shapeOf(found), state.shape)) {
      wrong.evidence += 1;
      verdict.miss(`of mailbox ${mailbox} is known ${JSON.stringify(shapeOf(found))}; it must be ${JSON.stringify(state.shape)}`);
    }
  }
  const reached = new Set(
    messagesOf(vendor.journal()).flatMap(([, campaign, id]) => (campaign === quiet ? [mailboxOf(id)] : [])),
  );
  verdict.equal("mailboxesReached", reached.size, expected.size);
  verdict.equal("reachedAndSuppressed", [...reached].filter((mailbox) => !expected.has(mailbox)).length, 0);
  verdict.equal("evidenceWrong", wrong.evidence, 0);
  verdict.equal("marksWrong", wrong.marks, 0);
  verdict.equal("rowsWrong", wrong.rows, 0);
}
