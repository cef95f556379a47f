"use client";

import { useEffect, useRef, useState } from "react";
import { useParams } from "./use-param";

const PAUSE_MS = 300;

/** What is typed, which stands in the address a moment later; and what the address says, wherever that comes from. */
export function useSearchText(name: string): readonly [string, (text: string) => void] {
  const [params, change] = useParams();
  const stands = params.get(name) ?? "";
  const [text, setText] = useState(stands);
  const sent = useRef(stands);
  useEffect(() => {
    if (stands === sent.current) return;
    sent.current = stands;
    setText(stands);
  }, [stands]);
  useEffect(() => {
    const wanted = text.trim();
    if (wanted === sent.current) return;
    const timer = setTimeout(() => {
      sent.current = wanted;
      change({ [name]: wanted, cursor: null });
    }, PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text, name, change]);
  return [text, setText];
}
