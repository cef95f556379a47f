import { deepEqual, equal } from "node:assert/strict";
import { type AddressEvidence, EVIDENCE_KINDS, type EvidenceKind, type Suppression } from "../../model/contact/suppression.js";
import { race, readAll } from "../expect.js";
import { START } from "./given.js";
import { type CasesOf, storeCase, twoStoreCase } from "./store-harness.js";

export const suppressionCases: CasesOf<"suppressions"> = {
  record: [
    storeCase("evidence folds into what is known of its address, in any order and any batches", async (store) => {
      const all = EVIDENCE_KINDS.flatMap((kind, index) => [said("a", kind, index), said("a", kind, 20 - index)]);
      const [whole] = await store.suppressions.record(all);
      for (const one of [...all].reverse()) await store.suppressions.record([{ ...one, hash: "1:b" }]);
      const [piecemeal] = await store.suppressions.getMany([{ channel: "email", hash: "1:b" }]);
      deepEqual(piecemeal && evidenceIn(piecemeal), whole && evidenceIn(whole));
      equal(whole?.latest.unsubscribed?.at, START + 20);
      equal(whole?.latest.blocked?.reason, "by hand: $x");
    }),
    storeCase("each change raises the version, and a repetition changes nothing", async (store) => {
      const [first] = await store.suppressions.record([said("a", "bounced", 1)]);
      const [again] = await store.suppressions.record([said("a", "bounced", 1), said("a", "bounced", 0)]);
      deepEqual(again, first);
      const [later] = await store.suppressions.record([said("a", "bounced", 2)]);
      equal((later?.version ?? 0) > (first?.version ?? 0), true);
    }),
    storeCase("channels and addresses have each their own, and each is returned once", async (store) => {
      const sms = { ...said("a", "complained", 1), channel: "sms" } as const;
      const known = await store.suppressions.record([
        said("a", "bounced", 1),
        sms,
        said("b", "bounced", 1),
        said("a", "blocked", 2),
      ]);
      deepEqual(known.map(keyText).sort(), ["email 1:a", "email 1:b", "sms 1:a"]);
      const [phone] = await store.suppressions.getMany([{ channel: "sms", hash: "1:a" }]);
      deepEqual(Object.keys(phone?.latest ?? {}), ["complained"]);
      deepEqual(await store.suppressions.record([]), []);
    }),
    twoStoreCase("of evidence that comes from several callers at once none is lost", async (stores) => {
      await race(12, (index) =>
        stores[index % 2 === 0 ? 0 : 1].suppressions.record([said("a", EVIDENCE_KINDS[index % 10] ?? "bounced", index)]),
      );
      const [known] = await stores[0].suppressions.getMany([{ channel: "email", hash: "1:a" }]);
      deepEqual(
        [Object.keys(known?.latest ?? {}).length, known?.softBounces.length, known?.latest.unsubscribed?.at],
        [EVIDENCE_KINDS.length - 1, 1, START + 10],
      );
    }),
  ],
  getMany: [
    storeCase("an address of which nothing is known is not there", async (store) => {
      await store.suppressions.record([said("a", "bounced", 1)]);
      const key = { channel: "email", hash: "1:a" } as const;
      const known = await store.suppressions.getMany([{ channel: "email", hash: "1:z" }, key, { ...key, channel: "sms" }, key]);
      deepEqual(known.map(keyText), ["email 1:a"]);
      deepEqual(await store.suppressions.getMany([]), []);
    }),
  ],
  list: [
    storeCase("those that are suppressed are listed, by channel and hash, and no others", async (store) => {
      await store.suppressions.record([
        said("b", "bounced", 1),
        said("a", "unsubscribed", 1),
        said("c", "bounced", 1),
        said("c", "unblocked", 2),
        said("d", "delivered", 1),
        ...[1, 2, 3, 4, 5].map((time) => said("e", "soft_bounced", time)),
        ...[1, 2, 3, 4].map((time) => said("f", "soft_bounced", time)),
        { ...said("a", "erased", 1), channel: "sms" },
      ]);
      const listed = await readAll(2, (page) => store.suppressions.list({}, page));
      deepEqual(listed.map(keyText), ["email 1:a", "email 1:b", "email 1:e", "sms 1:a"]);
      deepEqual((await store.suppressions.list({ channel: "sms" }, { limit: 10 })).items.map(keyText), ["sms 1:a"]);
      await store.suppressions.record([said("b", "subscribed", 2)]);
      deepEqual((await store.suppressions.list({ channel: "email" }, { limit: 10 })).items.map(keyText), [
        "email 1:a",
        "email 1:e",
      ]);
    }),
  ],
};

function said(address: string, kind: EvidenceKind, time: number): AddressEvidence {
  return {
    ...{ channel: "email", hash: `1:${address}`, kind, at: START + time },
    ...(kind === "blocked" || kind === "unblocked" ? { reason: "by hand: $x" } : {}),
    ...(kind === "soft_bounced" ? { message: `m.${time}` } : {}),
  };
}

function evidenceIn({ latest, softBounces }: Suppression): object {
  return { latest: Object.fromEntries(Object.entries(latest).sort()), softBounces };
}

function keyText({ channel, hash }: Suppression): string {
  return `${channel} ${hash}`;
}
