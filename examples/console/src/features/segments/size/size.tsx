"use client";

import type { Rule } from "@crm-engine/core";
import { useEffect, useRef, useState } from "react";
import { formatNumber, formatTime } from "@/api/format";
import { useRuleWorld } from "../rule-world";
import { useEstimate } from "./use-estimate";

/** How many meet one condition, counted while it can be seen. */
export function Size({ rule, label }: { readonly rule: Rule; readonly label: string }) {
  const { timeZone } = useRuleWorld();
  const [box, seen] = useSeen();
  const { data, error, waiting } = useEstimate({ rule, timeZone }, seen);
  const text = error !== null ? "?" : data === undefined ? "…" : `${data.exact ? "" : "≈ "}${formatNumber(data.count)}`;
  const note =
    data === undefined
      ? "How many meet it is being counted"
      : `${formatNumber(data.count)} customers meet it, ${data.exact ? "exact" : `from a sample, ± ${formatNumber(data.marginOfError ?? 0)}`}, as of ${formatTime(data.asOf)}`;
  return (
    <span
      ref={box}
      title={error === null ? note : "It could not be counted"}
      className={`min-w-14 px-1 text-right text-table font-semibold tabular-nums ${waiting ? "text-muted" : ""}`}
    >
      <span className="sr-only">{label}: </span>
      {text}
      <span className="sr-only">{data === undefined ? "" : data.exact ? " customers, exact" : " customers, from a sample"}</span>
    </span>
  );
}

function useSeen() {
  const box = useRef<HTMLSpanElement>(null);
  const [seen, setSeen] = useState(false);
  useEffect(() => {
    if (box.current === null) return;
    const watch = new IntersectionObserver(([entry]) => setSeen(entry?.isIntersecting ?? false), { rootMargin: "100px" });
    watch.observe(box.current);
    return () => watch.disconnect();
  }, []);
  return [box, seen] as const;
}
