"use client";

import { Search } from "lucide-react";
import { useSearchText } from "@/api/use-search-text";
import { Field, Input } from "./field";

interface SearchFieldProps {
  readonly label: string;
  readonly hint?: string;
  /** Name in the address of what is searched for. */
  readonly param?: string;
  readonly maxLength?: number;
  readonly className?: string;
}

/** What a list is searched for; it stands in the address a moment after the last key. */
export function SearchField({ label, hint, param = "search", maxLength = 200, className }: SearchFieldProps) {
  const [text, setText] = useSearchText(param);
  return (
    <Field label={label} hint={hint} className={className ?? ""}>
      {(control) => (
        <div className="relative">
          <Search aria-hidden size={15} className="absolute top-2.5 left-2.5 text-muted" />
          <Input
            {...control}
            type="search"
            value={text}
            maxLength={maxLength}
            className="pl-8"
            onChange={(event) => setText(event.target.value)}
          />
        </div>
      )}
    </Field>
  );
}
