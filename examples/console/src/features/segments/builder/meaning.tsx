"use client";

import { useNow } from "@/api/live";
import { datesMeant } from "../rule/dates-meant";
import { useRuleWorld } from "../rule-world";

/** The dates that a relative one means today. */
export function Meaning({ op, value }: { readonly op: string; readonly value: unknown }) {
  const { timeZone } = useRuleWorld();
  const now = useNow(60_000);
  const meant = datesMeant(op, value, now, timeZone);
  return meant === undefined ? null : <span className="text-xs text-muted">({meant})</span>;
}
