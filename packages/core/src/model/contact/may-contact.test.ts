import { describe, expect, it } from "vitest";
import type { Consent } from "../customer.js";
import type { AddressHold } from "./address-hold.js";
import { type ContactVerdict, mayContact } from "./may-contact.js";
import { foldEvidence, NO_EVIDENCE, type SuppressingKind } from "./suppression.js";

const SUBSCRIBED: Consent = { state: "subscribed", by: "record" };
const WITHDRAWN: Consent = { state: "withdrawn", at: 1, by: "unsubscribed" };
const CONSENTS = { unsaid: undefined, subscribed: SUBSCRIBED, withdrawn: WITHDRAWN };
const EVIDENCE = {
  none: undefined,
  ...Object.fromEntries(
    (["unsubscribed", "complained", "bounced", "blocked", "erased"] as const).map((kind) => [
      kind,
      foldEvidence(NO_EVIDENCE, { kind, at: 1 }),
    ]),
  ),
} as Readonly<Record<"none" | SuppressingKind, typeof NO_EVIDENCE | undefined>>;

/** Every case there is, each with the one answer that the page of meaning gives. */
function everyCase() {
  return (Object.keys(CONSENTS) as (keyof typeof CONSENTS)[]).flatMap((consent) =>
    (["subscribed", "none"] as const).flatMap((defaultConsent) =>
      (Object.keys(EVIDENCE) as (keyof typeof EVIDENCE)[]).flatMap((evidence) =>
        ["kim@example.com", undefined].flatMap((address) =>
          (["free", "in_use", "used"] as const).map((hold) => ({ consent, defaultConsent, evidence, address, hold })),
        ),
      ),
    ),
  );
}

function expected({ consent, defaultConsent, evidence, address, hold }: ReturnType<typeof everyCase>[number]): ContactVerdict {
  const saysNo = consent === "withdrawn" || evidence === "unsubscribed" || evidence === "complained";
  const isSubscribed = consent === "subscribed" || (consent === "unsaid" && defaultConsent === "subscribed");
  const rows: readonly (readonly [boolean, ContactVerdict])[] = [
    [saysNo, "unsubscribed"],
    [!isSubscribed, "not_subscribed"],
    [evidence !== "none", "suppressed"],
    [address === undefined, "no_address"],
    [hold === "used", "duplicate_address"],
    [hold === "in_use", "wait"],
    [true, "yes"],
  ];
  return rows.find(([holds]) => holds)?.[1] ?? "yes";
}

describe("the gate", () => {
  it("answers every case by the first reason that holds", () => {
    const cases = everyCase();
    expect(cases.length).toBe(3 * 2 * 6 * 2 * 3);
    for (const one of cases) {
      const { consent, defaultConsent, evidence, address, hold } = one;
      const verdict = mayContact({
        person: { consent: CONSENTS[consent], address },
        defaultConsent,
        evidence: EVIDENCE[evidence],
        hold,
      });
      expect([one, verdict]).toEqual([one, expected(one)]);
    }
  });

  it.each(["free", "in_use", "used"] satisfies readonly AddressHold[])("lets nobody through who was erased (%s)", (hold) => {
    expect(mayContact({ person: undefined, defaultConsent: "subscribed", evidence: undefined, hold })).toBe("erased");
  });
});
