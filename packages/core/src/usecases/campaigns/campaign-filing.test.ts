import { expect, it } from "vitest";
import { draftToAll, type MemoryEngine, memoryEngine, people, recordingSender, runCampaigns } from "../../engine.fixture.js";

async function drafted() {
  const engine = memoryEngine({
    sender: recordingSender(({ to }) => ({ status: to.startsWith("p1@") ? "rejected" : "accepted" })),
  });
  await engine.ingest.customers(people(2));
  await engine.workOff();
  return { engine, id: await draftToAll(engine) };
}

const page = { limit: 10 };
const listed = async (engine: MemoryEngine, filter: object = {}) =>
  (await engine.campaigns.list(page, filter)).items.map(({ id }) => id);

it("a copy is a draft with the same content, audience and rate, and no history", async () => {
  const { engine, id } = await drafted();
  await engine.campaigns.update(id, { name: "😀".repeat(100), throttlePerSecond: 5 });
  await engine.campaigns.schedule(id, { at: "2099-01-01" });
  const { segmentIds, message } = await engine.campaigns.get(id);
  const copy = await engine.campaigns.clone(id);
  expect(copy).toMatchObject({ segmentIds, message, throttlePerSecond: 5, status: "draft", history: [], archived: false });
  expect(copy.id).not.toBe(id);
  expect(copy).not.toHaveProperty("schedule");
  expect(copy.name).toBe(`Copy of ${"😀".repeat(96)}`);
  expect(copy).toEqual(await engine.campaigns.get(copy.id));
  await expect(engine.campaigns.clone("ghost")).rejects.toMatchObject({ code: "not_found" });
});

it("drafts and what has ended go into the archive, and out of it; what is at work does not", async () => {
  const { engine, id } = await drafted();
  const other = await engine.campaigns.clone(id);
  expect(await engine.campaigns.archive(id)).toMatchObject({ archived: true, status: "draft" });
  const again = await engine.campaigns.archive(id, { archived: true });
  expect(again).toEqual(await engine.campaigns.get(id));
  expect([await listed(engine), await listed(engine, { archived: true })]).toEqual([[other.id], [id]]);
  expect(await engine.campaigns.archive(id, { archived: false })).toMatchObject({ archived: false });
  await engine.campaigns.launch(id);
  await expect(engine.campaigns.archive(id)).rejects.toMatchObject({ code: "conflict", details: { status: "planning" } });
  await runCampaigns(engine);
  expect(await engine.campaigns.archive(id)).toMatchObject({ status: "completed", archived: true });
});

it("what is archived is moved by no user, and can be read, renamed and copied", async () => {
  const { engine, id } = await drafted();
  await engine.campaigns.archive(id);
  const conflict = { code: "conflict", message: expect.stringContaining("archive") };
  await expect(engine.campaigns.launch(id)).rejects.toMatchObject(conflict);
  await expect(engine.campaigns.schedule(id, { at: "2099-01-01" })).rejects.toMatchObject(conflict);
  expect(await engine.campaigns.update(id, { name: "Old" })).toMatchObject({ name: "Old", archived: true });
  expect(await engine.campaigns.clone(id)).toMatchObject({ name: "Copy of Old", archived: false });
  await engine.campaigns.archive(id, { archived: false });
  await engine.campaigns.launch(id);
  await runCampaigns(engine);
  await engine.campaigns.archive(id);
  await expect(engine.campaigns.retryFailed(id)).rejects.toMatchObject(conflict);
  await engine.campaigns.archive(id, { archived: false });
  expect(await engine.campaigns.retryFailed(id)).toMatchObject({ status: "running" });
});

it("campaigns are found by part of their name, in any case, and by state", async () => {
  const { engine, id } = await drafted();
  await engine.campaigns.update(id, { name: "Äpfel & Birnen" });
  const other = await engine.campaigns.clone(id);
  expect(await listed(engine, { search: "äPFEL" })).toEqual([other.id, id]);
  expect(await listed(engine, { search: "COPY" })).toEqual([other.id]);
  expect(await listed(engine, { search: "" })).toEqual([other.id, id]);
  await expect(listed(engine, { search: "a\0" })).rejects.toMatchObject({
    code: "invalid",
    details: { issues: [{ path: "search" }] },
  });
  await engine.campaigns.cancel(id);
  expect(await listed(engine, { status: "cancelled" })).toEqual([id]);
  expect(await listed(engine, { status: "draft", search: "birnen" })).toEqual([other.id]);
});

it("a change that was meant for another version is stale, shows the present one, and writes nothing", async () => {
  const { engine, id } = await drafted();
  const { version } = await engine.campaigns.get(id);
  const renamed = await engine.campaigns.update(id, { name: "A" }, { ifVersion: version });
  const stale = { code: "stale", details: { current: renamed, version: version + 1 } };
  await expect(engine.campaigns.update(id, { name: "B" }, { ifVersion: version })).rejects.toMatchObject(stale);
  await expect(engine.campaigns.delete(id, { ifVersion: [version, version + 9] })).rejects.toMatchObject(stale);
  expect(await engine.campaigns.get(id)).toEqual(renamed);
  const [segmentId = ""] = renamed.segmentIds;
  const rule = { any: [] };
  const changed = await engine.segments.update(segmentId, { name: "None", rule }, { ifVersion: 1 });
  await expect(engine.segments.update(segmentId, { name: "X", rule }, { ifVersion: 1 })).rejects.toMatchObject({
    code: "stale",
    details: { current: changed },
  });
  await engine.campaigns.delete(id, { ifVersion: [version, version + 1] });
  await engine.segments.delete(segmentId, { ifVersion: 2 });
});
