import { expect, it } from "vitest";
import { memoryEngine } from "../../engine.fixture.js";

const message = {
  channel: "email",
  subject: "For {{ customer.name }}",
  preheader: "Size {{ customer.attributes.size }}",
  body: "<p>Hi {{ customer.name | default: 'friend' }}</p><a href='{{ unsubscribeUrl }}'>Stop</a>",
  from: "News <news@example.com>",
  replyTo: "help@example.com",
} as const;

async function drafted() {
  const engine = memoryEngine({ unsubscribeUrl: (id) => `https://u.example/${id}` });
  await engine.ingest.customers([
    { id: "a", email: "ann@example.com", name: "Ann", attributes: { size: "L" }, tags: ["in"] },
    { id: "b", email: "bob@example.com", tags: ["in"], consent: { email: { state: "withdrawn" } } },
    { id: "c", name: "Cy" },
  ]);
  await engine.workOff();
  const segment = await engine.segments.create({ name: "In", rule: { field: "tags", op: "includesAny", value: ["in"] } });
  const { id } = await engine.campaigns.create({ name: "K", segmentId: segment.id, message });
  return { engine, id, segment };
}

it("shows the message as the first of the audience would get it", async () => {
  const { engine, id } = await drafted();
  const preview = await engine.campaigns.preview(id);
  expect(preview).toMatchObject({
    customer: { id: "a", name: "Ann" },
    inAudience: true,
    contactable: { channel: "email", contactable: true },
    channel: "email",
    to: "ann@example.com",
    from: "News <news@example.com>",
    replyTo: "help@example.com",
    subject: "For Ann",
    preheader: "Size L",
    missing: [],
  });
  expect(preview.body).toMatch(/^<div [^>]*>Size L<\/div><p>Hi Ann<\/p><a href='https:\/\/u\.example\/test:/);
  expect(preview.text).toMatch(/^Hi Ann\n\nStop \(https:\/\/u\.example\/test:[0-9a-f-]+\)$/);
});

it("names what is missing for whom it is shown, and whether they may be written to", async () => {
  const { engine, id } = await drafted();
  expect(await engine.campaigns.preview(id, { customerId: "b" })).toMatchObject({
    customer: { id: "b" },
    inAudience: true,
    contactable: { contactable: false, reason: "unsubscribed" },
    subject: "For",
    missing: ["customer.name", "customer.attributes.size"],
  });
  const outsider = await engine.campaigns.preview(id, { customerId: "c" });
  expect(outsider).toMatchObject({
    inAudience: false,
    contactable: { reason: "no_address" },
    missing: ["customer.attributes.size"],
  });
  expect(outsider.to).toBeUndefined();
  expect(await engine.campaigns.stats(id)).toMatchObject({ total: 0 });
});

it("says what to do where nobody is in the audience, and names a customer who is not there", async () => {
  const { engine, id, segment } = await drafted();
  await engine.segments.update(segment.id, { name: "None", rule: { any: [] } });
  await expect(engine.campaigns.preview(id)).rejects.toMatchObject({
    code: "conflict",
    message: expect.stringContaining("customerId"),
  });
  expect(await engine.campaigns.preview(id, { customerId: "a" })).toMatchObject({ inAudience: false, subject: "For Ann" });
  await expect(engine.campaigns.preview(id, { customerId: "ghost" })).rejects.toMatchObject({ code: "not_found" });
});
