import { describe, expect, expectTypeOf, it } from "vitest";
import type { z } from "zod";
import { memoryEngine } from "../engine.fixture.js";
import type { customerSchema } from "../model/customer-input.js";
import type { orderSchema } from "../model/order-input.js";
import { field } from "../query/language/builder.js";
import type {
  campaignSchema,
  resolveUnknownSchema,
  scheduleSchema,
  testMessageSchema,
} from "../usecases/campaigns/campaign-inputs.js";
import type { receiptSchema } from "../usecases/communications/receipt-input.js";
import type { discardSchema } from "../usecases/queues.js";
import type { explainRequestSchema, ruleRequestSchema } from "../usecases/segments/rule-request.js";
import type { segmentSchema } from "../usecases/segments/segments.js";
import type { CampaignInput, CampaignsApi, ScheduleInput, UnknownResolution } from "./campaigns.js";
import type { ReceiptInput } from "./communications.js";
import type { CustomerInput } from "./customers.js";
import type { Engine } from "./index.js";
import type { OrderInput } from "./orders.js";
import type { DeadLetterDiscard } from "./queues.js";
import type { RuleRequest, SegmentInput, SegmentsApi } from "./segments.js";

type Frozen<T> = T extends readonly (infer I)[]
  ? readonly Frozen<I>[]
  : T extends object
    ? { readonly [K in keyof T]: Frozen<T[K]> }
    : T;
/** What a schema takes, as a typed door says it. */
type Taken<S extends z.ZodType> = Frozen<z.input<S>>;

describe("typed doors", () => {
  it("take what the schemas take, field by field", () => {
    expectTypeOf<Frozen<CustomerInput>>().toEqualTypeOf<Taken<ReturnType<typeof customerSchema>>>();
    expectTypeOf<Frozen<Omit<OrderInput, "customer">>>().toEqualTypeOf<Omit<Taken<ReturnType<typeof orderSchema>>, "customer">>();
    expectTypeOf<OrderInput["customer"]>().toEqualTypeOf<CustomerInput | undefined>();
    expectTypeOf<Frozen<ReceiptInput>>().toEqualTypeOf<Taken<ReturnType<typeof receiptSchema>>>();
    expectTypeOf<Frozen<CampaignInput>>().toEqualTypeOf<Taken<typeof campaignSchema>>();
    expectTypeOf<Frozen<ScheduleInput>>().toEqualTypeOf<Taken<typeof scheduleSchema>>();
    expectTypeOf<Frozen<UnknownResolution>>().toEqualTypeOf<Taken<typeof resolveUnknownSchema>>();
    expectTypeOf<Frozen<DeadLetterDiscard>>().toEqualTypeOf<Taken<typeof discardSchema>>();
    expectTypeOf<Frozen<Parameters<CampaignsApi["test"]>[1]>>().toEqualTypeOf<Taken<typeof testMessageSchema>>();
    expectTypeOf<Omit<SegmentInput, "rule">>().toEqualTypeOf<Omit<Taken<typeof segmentSchema>, "rule">>();
    expectTypeOf<Omit<RuleRequest, "rule">>().toEqualTypeOf<Omit<Taken<typeof ruleRequestSchema>, "rule">>();
    type Explained = Parameters<SegmentsApi["explain"]>[0];
    expectTypeOf<Omit<Explained, "rule">>().toEqualTypeOf<Omit<Taken<typeof explainRequestSchema>, "rule">>();
  });

  it("refuse what is wrong before it runs", () => {
    const wrong = (engine: Engine) => [
      // @ts-expect-error the field is called email
      engine.ingest.customers([{ id: "a", emial: "a@example.com" }]),
      // @ts-expect-error tags are a list
      engine.ingest.customers([{ id: "a", tags: "vip" }]),
      // @ts-expect-error times are text
      engine.ingest.orders([{ id: "o", customerId: "a", amount: 1, placedAt: new Date() }]),
      // @ts-expect-error there is no amount
      engine.ingest.orders([{ id: "o", customerId: "a", placedAt: "2026-01-01" }]),
      // @ts-expect-error there is no such status
      engine.receipts.accept([{ messageId: "c:a", status: "lost" }]),
      // @ts-expect-error there is no such operator
      engine.segments.create({ name: "A", rule: { field: "name", op: "resembles", value: "A" } }),
      // @ts-expect-error the key is called op
      engine.segments.estimate({ rule: { field: "name", operator: "eq", value: "A" } }),
      // @ts-expect-error the zone is called timeZone
      engine.segments.estimate({ rule: field("name").eq("A"), timezone: "UTC" }),
      // @ts-expect-error there is no such channel
      engine.campaigns.create({ name: "A", segmentId: "s", message: { channel: "pigeon", body: "Hi" } }),
    ];
    expectTypeOf(wrong).toBeFunction();
  });
});

describe("untrusted doors", () => {
  const JUNK: readonly unknown[] = [undefined, null, 7, "text", [], {}, { rule: null }];

  it.each(JUNK)("refuse %j, whatever it is, as invalid and with its place", async (json) => {
    const { untrusted } = memoryEngine();
    const attempts = [
      untrusted.segments.create(json),
      untrusted.segments.update("s", json),
      untrusted.segments.estimate(json),
      untrusted.segments.explain(json),
      untrusted.campaigns.create(json),
      untrusted.ingest.one("customers", json),
      untrusted.ingest.one("orders", json),
    ];
    for (const attempt of await Promise.allSettled(attempts)) {
      const issues = expect.arrayContaining([{ path: expect.any(String), message: expect.any(String) }]);
      expect(attempt).toMatchObject({ status: "rejected", reason: { code: "invalid", details: { issues } } });
    }
  });

  it.each(JUNK)("name a receipt that is %j by its place", async (json) => {
    const rejected = [{ index: 0, path: expect.any(String), message: expect.any(String) }];
    expect(await memoryEngine().untrusted.receipts.accept([json])).toEqual({ received: 0, rejected });
  });

  it("name a missing rule once", async () => {
    for (const attempt of [
      memoryEngine().untrusted.segments.create({ name: "A" }),
      memoryEngine().untrusted.segments.estimate({}),
    ]) {
      await expect(attempt).rejects.toMatchObject({ details: { issues: [{ path: "rule" }] } });
    }
  });

  it.each(JUNK.slice(0, 5))("change no campaign by %j", async (json) => {
    const engine = memoryEngine();
    const segment = await engine.segments.create({ name: "All", rule: { all: [] } });
    const message = { channel: "sms", body: "Hi" } as const;
    const { id } = await engine.campaigns.create({ name: "A", segmentId: segment.id, message });
    const { campaigns } = engine.untrusted;
    for (const move of [campaigns.update, campaigns.schedule, campaigns.resolveUnknown]) {
      await expect(move(id, json)).rejects.toMatchObject({ code: "invalid" });
    }
    expect(await engine.campaigns.get(id)).toMatchObject({ name: "A", status: "draft" });
  });

  it("do what the typed ones do", async () => {
    const engine = memoryEngine();
    const rule = { field: "visitCount", op: "gte", value: 2 };
    const rows: readonly unknown[] = [{ id: "a", visitCount: 2 }, { id: "b" }, "no row"];
    const { batchId } = await engine.untrusted.ingest.customers(rows);
    await engine.workOff();
    expect(await engine.batches.get(batchId)).toMatchObject({ accepted: 2, rejected: 1 });
    const segment = await engine.untrusted.segments.create({ name: "Visitors", rule });
    expect(segment).toEqual(await engine.segments.get(segment.id));
    expect(await engine.untrusted.segments.estimate({ rule })).toMatchObject({ count: 1, sample: [{ id: "a" }] });
    expect(await engine.untrusted.segments.explain({ rule, customerId: "b" })).toMatchObject({ matches: false });
  });
});
