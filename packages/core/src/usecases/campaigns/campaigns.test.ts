import { describe, expect, it } from "vitest";
import {
  draftToAll,
  loseSegment,
  memoryEngine,
  people,
  recordingSender,
  runCampaigns,
  storedCampaign,
} from "../../engine.fixture.js";
import { CrmError } from "../../errors.js";
import type { Rule } from "../../query/language/rule.js";
import type { Campaign } from "../../view/campaign.js";
import { sleep } from "../sleep.js";

describe("a draft", () => {
  it("is refused with every fault named: a template that does not compile, an unknown segment, a wrong channel", async () => {
    const engine = memoryEngine();
    const input = { name: "X", segmentId: "none", message: { channel: "email" as const, body: "Hi {{ customer.name " } };
    await expect(engine.campaigns.create(input)).rejects.toMatchObject({
      code: "invalid",
      details: { issues: [{ path: "message.subject" }, { path: "message.body" }, { path: "segmentId" }] },
    });
    const wrong = { ...input, message: { channel: "pigeon", body: "Hi" } };
    await expect(engine.untrusted.campaigns.create(wrong)).rejects.toMatchObject({
      code: "invalid",
      details: { issues: [{ path: "message.channel" }] },
    });
    expect((await engine.campaigns.list({ limit: 10 })).items).toEqual([]);
  });

  it("can be changed and deleted; of anything later only its name and its rate can be changed", async () => {
    const engine = memoryEngine({ sender: recordingSender() });
    const id = await draftToAll(engine);
    expect(await engine.campaigns.update(id, { name: "New name", throttlePerSecond: 5 })).toMatchObject({
      name: "New name",
      throttlePerSecond: 5,
      message: { subject: "Hello" },
    });
    await expect(engine.campaigns.update(id, { message: { channel: "sms", body: "{% include 'x' %}" } })).rejects.toMatchObject({
      code: "invalid",
    });
    await engine.campaigns.launch(id);
    const late = { throttlePerSecond: 7, message: { channel: "sms" as const, body: "Hi" } };
    await expect(engine.campaigns.update(id, late)).rejects.toMatchObject({
      code: "conflict",
      details: { status: "planning", allowed: ["pause", "cancel"] },
    });
    const { waitsFor: _, ...before } = await engine.campaigns.get(id);
    expect(await engine.campaigns.update(id, { name: "Late", throttlePerSecond: 9 })).toEqual({
      ...before,
      ...{ name: "Late", throttlePerSecond: 9, version: expect.any(Number), updatedAt: expect.any(String) },
    });
    expect(await engine.campaigns.update(id, { throttlePerSecond: null })).not.toHaveProperty("throttlePerSecond");
    await engine.campaigns.cancel(id);
    expect(await engine.campaigns.update(id, { name: "Over" })).toMatchObject({ name: "Over", status: "cancelled" });
    await expect(engine.campaigns.update(id, { throttlePerSecond: null })).rejects.toMatchObject({ code: "conflict" });
    await expect(engine.campaigns.delete(id)).rejects.toMatchObject({ code: "conflict" });
    const other = await draftToAll(engine);
    await engine.campaigns.delete(other);
    await expect(engine.campaigns.get(other)).rejects.toMatchObject({ code: "not_found" });
  });

  it("lists newest first, and keeps who moved it, when and why", async () => {
    const engine = memoryEngine({ sender: recordingSender() });
    const first = await draftToAll(engine);
    const second = await draftToAll(engine);
    expect((await engine.campaigns.list({ limit: 10 })).items.map(({ id }) => id)).toEqual([second, first]);
    await engine.campaigns.launch(first);
    await engine.campaigns.pause(first);
    const { history } = await engine.campaigns.cancel(first);
    expect(history.map(({ from, to, by }) => [from, to, by])).toEqual([
      ["draft", "planning", "user"],
      ["planning", "paused", "user"],
      ["paused", "cancelled", "user"],
    ]);
  });

  it("whose segment was deleted is not launched", async () => {
    const engine = memoryEngine({ sender: recordingSender() });
    const id = await draftToAll(engine);
    await loseSegment(engine, id);
    await expect(engine.campaigns.launch(id)).rejects.toMatchObject({
      code: "invalid",
      details: { issues: [{ path: "segmentId" }] },
    });
    expect(await engine.campaigns.get(id)).toMatchObject({ status: "draft" });
  });
});

describe("a user's move", () => {
  it("that finds its state reached changes nothing", async () => {
    const engine = memoryEngine({ sender: recordingSender() });
    const id = await draftToAll(engine);
    const again = async (move: (id: string) => Promise<Campaign>, { waitsFor: _, ...before }: Campaign) => {
      const stored = await storedCampaign(engine, id);
      expect(await move(id)).toEqual(before);
      expect(await storedCampaign(engine, id)).toEqual(stored);
    };
    await again(engine.campaigns.unschedule, await engine.campaigns.get(id));
    await engine.campaigns.launch(id);
    await again(engine.campaigns.resume, await engine.campaigns.get(id));
    await expect(engine.campaigns.launch(id)).rejects.toMatchObject({ code: "conflict" });
    await again(engine.campaigns.pause, await engine.campaigns.pause(id));
    await again(engine.campaigns.cancel, await engine.campaigns.cancel(id));
    await expect(engine.campaigns.resume(id)).rejects.toMatchObject({ code: "conflict", details: { allowed: [] } });
  });

  it("resumes a failed campaign with the rule as it has been mended since", async () => {
    const sender = recordingSender();
    const engine = memoryEngine({ sender });
    await engine.ingest.customers(people(3));
    await engine.workOff();
    const id = await draftToAll(engine);
    const { segments } = engine.store;
    const segment = await segments.get((await engine.campaigns.get(id)).segmentIds[0] ?? "");
    if (!segment) throw new Error("The segment is gone.");
    const broken = { field: "visitCount", op: "resembles", value: 1 } as unknown as Rule;
    await segments.replace({ ...segment, rule: broken, version: 2 }, 1);
    await engine.campaigns.launch(id);
    await runCampaigns(engine);
    expect(await engine.campaigns.get(id)).toMatchObject({
      status: "failed",
      reason: expect.stringContaining("can't be resolved"),
    });
    await engine.segments.update(segment.id, { name: "Some", rule: { field: "id", op: "eq", value: "p0001" } });
    const resumed = await engine.campaigns.resume(id);
    expect(resumed).toMatchObject({ status: "planning" });
    expect(await storedCampaign(engine, id)).toMatchObject({ plan: { segmentVersion: 3 } });
    expect(resumed).not.toHaveProperty("reason");
    await runCampaigns(engine);
    expect(sender.calls.flat().map(({ customerId }) => customerId)).toEqual(["p0001"]);
  });
});

describe("waiting for a campaign", () => {
  /** A draft to three people, one of whom the vendor rejects. */
  async function draft() {
    const rejectsFirst = recordingSender(({ customerId }) => ({ status: customerId === "p0000" ? "rejected" : "accepted" }));
    const engine = memoryEngine({ sender: rejectsFirst });
    await engine.ingest.customers(people(3));
    await engine.workOff();
    return { engine, id: await draftToAll(engine) };
  }

  it("ends when it is completed, and shows each state that it saw on the way", async () => {
    const { engine, id } = await draft();
    const seen: string[] = [];
    const over = engine.campaigns.completed(id, { onProgress: ({ status }) => seen.push(status) });
    await engine.campaigns.launch(id);
    await runCampaigns(engine);
    expect(await over).toEqual(await engine.campaigns.get(id));
    expect([seen[0], seen.at(-1)]).toEqual(["draft", "completed"]);
    expect(await engine.campaigns.stats(id)).toMatchObject({ total: 3, sent: 2, failed: 1 });
  });

  it("ends when it is cancelled, and when it fails", async () => {
    const cancelled = await draft();
    await cancelled.engine.campaigns.cancel(cancelled.id);
    expect(await cancelled.engine.campaigns.completed(cancelled.id)).toMatchObject({ status: "cancelled" });

    const { engine, id } = await draft();
    await engine.campaigns.schedule(id, { at: new Date(Date.now() + 50).toISOString() });
    await loseSegment(engine, id);
    const over = engine.campaigns.completed(id);
    while (!(await engine.work.schedule())) await sleep(10);
    expect(await over).toMatchObject({ status: "failed", reason: expect.stringContaining("was deleted") });
  });

  it("does not end while it is paused, and ends at the signal with its reason", async () => {
    const { engine, id } = await draft();
    await engine.campaigns.launch(id);
    await engine.campaigns.pause(id);
    const controller = new AbortController();
    let looks = 0;
    const over = engine.campaigns.completed(id, {
      signal: controller.signal,
      onProgress: () => {
        looks += 1;
        if (looks === 3) controller.abort("had enough");
      },
    });
    await expect(over).rejects.toBe("had enough");
    expect(looks).toBe(3);
    await expect(engine.campaigns.completed("nobody")).rejects.toMatchObject({ code: "not_found" });
  });
});

describe("a mail's own parts", () => {
  const mail = { channel: "email", subject: "Hi", body: "<p>Hi {{ customer.name }}</p>" } as const;

  it("are kept, and reach the vendor filled in for each person", async () => {
    const sender = recordingSender();
    const engine = memoryEngine({ sender });
    await engine.ingest.customers(people(1));
    await engine.workOff();
    const segment = await engine.segments.create({ name: "All", rule: { all: [] } });
    const own = {
      text: "Dear {{ customer.name }}",
      preheader: "For\n{{ customer.name }}",
      from: " News <news@example.com>",
      replyTo: "help@example.com",
    };
    const { id, message } = await engine.campaigns.create({ name: "A", segmentId: segment.id, message: { ...mail, ...own } });
    expect(message).toEqual({ ...mail, ...own, from: "News <news@example.com>" });
    await engine.campaigns.launch(id);
    await runCampaigns(engine);
    expect(sender.calls.flat()).toMatchObject([
      {
        text: "Dear Person 0",
        preheader: "For Person 0",
        from: "News <news@example.com>",
        replyTo: "help@example.com",
        body: expect.stringMatching(/^<div style="display:none[^>]*>For Person 0<\/div><p>Hi Person 0<\/p>$/),
      },
    ]);
  });

  it("are refused by name where they are wrong, and for another channel than e-mail", async () => {
    const engine = memoryEngine();
    const segment = await engine.segments.create({ name: "All", rule: { all: [] } });
    const issuesOf = async (message: object): Promise<readonly string[]> => {
      const draft = { name: "A", segmentId: segment.id, message };
      const error: unknown = await engine.untrusted.campaigns.create(draft).catch((reason: unknown) => reason);
      return error instanceof CrmError ? (error.details.issues ?? []).map(({ path }) => path) : [];
    };
    expect(await issuesOf({ ...mail, text: "{{ customer.nam }}", preheader: "{% if %}" })).toEqual([
      "message.preheader",
      "message.text",
    ]);
    for (const from of [
      "nobody",
      "A <a@b.c>, D <d@e.f>",
      "A\r\nBcc: b@c.example <a@b.example>",
      "{{ customer.name }} <a@b.example>",
    ])
      expect(await issuesOf({ ...mail, from, replyTo: from })).toEqual(["message.from", "message.replyTo"]);
    const sms = { channel: "sms", body: "Hi" };
    expect(await issuesOf({ ...sms, text: "a", preheader: "b", from: "a@b.example", replyTo: "a@b.example" })).toEqual([
      "message.text",
      "message.preheader",
      "message.from",
      "message.replyTo",
    ]);
  });
});

describe("several segments", () => {
  async function fourPeople() {
    const sender = recordingSender();
    const engine = memoryEngine({ sender });
    const tags = [["a"], ["a", "b"], ["b", "c"], ["c"]];
    await engine.ingest.customers(tags.map((own, index) => ({ id: `p${index}`, email: `p${index}@x.example`, tags: own })));
    await engine.workOff();
    const tagged = async (tag: string) =>
      (await engine.segments.create({ name: `Tagged ${tag}`, rule: { field: "tags", op: "includesAny", value: [tag] } })).id;
    const ids = { a: await tagged("a"), b: await tagged("b"), c: await tagged("c") };
    return { engine, sender, ids };
  }
  const content = { channel: "email", subject: "Hi", body: "Hi" } as const;

  it("make one audience, each person once, without who is in an excluded one", async () => {
    const { engine, sender, ids } = await fourPeople();
    const choice = { segmentIds: [ids.a, ids.b, ids.a], excludeSegmentIds: [ids.c] };
    const drafted = await engine.campaigns.create({ name: "K", ...choice, message: content });
    expect(drafted).toMatchObject({ segmentIds: [ids.a, ids.b], excludeSegmentIds: [ids.c] });
    expect(drafted).not.toHaveProperty("segmentId");
    const { estimate } = await engine.campaigns.launch(drafted.id);
    expect(estimate).toMatchObject({ count: 2, reachable: { willBeSent: 2 } });
    expect((await storedCampaign(engine, drafted.id)).plan).toMatchObject({
      rule: { all: [{ any: [{ segment: ids.a }, { segment: ids.b }] }, { not: { segment: ids.c } }] },
      segments: { [ids.a]: { version: 1 }, [ids.b]: { version: 1 }, [ids.c]: { version: 1 } },
    });
    await engine.segments.update(ids.c, { name: "Everyone", rule: { all: [] } });
    await runCampaigns(engine);
    expect(sender.calls.flat().map(({ customerId }) => customerId)).toEqual(["p0", "p1"]);
  });

  it("are one in the answer as segmentId where it is one, however it was named", async () => {
    const { engine, ids } = await fourPeople();
    const one = await engine.campaigns.create({ name: "K", segmentIds: [ids.a], message: content });
    expect(one).toMatchObject({ segmentId: ids.a, segmentIds: [ids.a], excludeSegmentIds: [] });
    const changed = await engine.campaigns.update(one.id, { excludeSegmentIds: [ids.b] });
    expect(changed).toMatchObject({ segmentIds: [ids.a], excludeSegmentIds: [ids.b] });
    expect(await engine.campaigns.preview(one.id)).toMatchObject({ customer: { id: "p0" } });
    expect(await engine.campaigns.update(one.id, { segmentId: ids.c, excludeSegmentIds: [] })).toMatchObject({
      segmentId: ids.c,
      excludeSegmentIds: [],
    });
  });

  it("are refused by their place: missing, named twice, on both sides, or together too deep", async () => {
    const { engine, ids } = await fourPeople();
    const pathsOf = async (choice: object): Promise<readonly string[]> => {
      const error: unknown = await engine.untrusted.campaigns
        .create({ name: "K", ...choice, message: content })
        .catch((reason: unknown) => reason);
      return error instanceof CrmError ? (error.details.issues ?? []).map(({ path }) => path) : [];
    };
    let rule: Rule = { field: "visitCount", op: "gte", value: 1 };
    for (let depth = 0; depth < 8; depth++) rule = { not: rule };
    const deep = (await engine.segments.create({ name: "Deep", rule })).id;
    expect(await pathsOf({})).toEqual(["segmentIds"]);
    expect(await pathsOf({ segmentIds: [] })).toEqual(["segmentIds"]);
    expect(await pathsOf({ segmentIds: ["none"] })).toEqual(["segmentIds.0"]);
    expect(await pathsOf({ segmentIds: [ids.a, "none"], excludeSegmentIds: ["nor this"] })).toEqual([
      "segmentIds.1",
      "excludeSegmentIds.0",
    ]);
    expect(await pathsOf({ segmentId: ids.a, segmentIds: [ids.b] })).toEqual(["segmentId"]);
    expect(await pathsOf({ segmentId: ids.a, excludeSegmentIds: [ids.b, ids.a] })).toEqual(["excludeSegmentIds.1"]);
    expect(await pathsOf({ segmentId: deep })).toEqual([]);
    expect(await pathsOf({ segmentIds: [ids.a, deep], excludeSegmentIds: [ids.b] })).toEqual(["segmentIds.1"]);
    expect(await pathsOf({ segmentIds: [ids.a], excludeSegmentIds: [ids.b, deep] })).toEqual(["excludeSegmentIds.1"]);
  });

  it("are not deleted while a draft chooses or excludes them", async () => {
    const { engine, ids } = await fourPeople();
    const { id } = await engine.campaigns.create({
      name: "K",
      segmentIds: [ids.a, ids.b],
      excludeSegmentIds: [ids.c],
      message: content,
    });
    for (const segmentId of Object.values(ids)) {
      await expect(engine.segments.delete(segmentId)).rejects.toMatchObject({
        code: "conflict",
        details: { campaigns: [{ id, name: "K" }] },
      });
    }
    await engine.campaigns.launch(id);
    await engine.segments.delete(ids.c);
  });
});
