"use client";

import { useRouter } from "next/navigation";
import { useState } from "react";
import { Button } from "@/ui/button";
import { Field, Input } from "@/ui/field";
import { Panel } from "@/ui/panel";

/** The engine keeps erasures by their id alone, and lists none. */
export function ErasuresPanel() {
  const router = useRouter();
  const [id, setId] = useState("");
  const wanted = id.trim();
  return (
    <Panel title="Erasures" note="How far one has come, and its receipt, stand at its customer's id.">
      <form
        className="flex max-w-md items-end gap-2"
        onSubmit={(event) => {
          event.preventDefault();
          if (wanted !== "") router.push(`/customer?id=${encodeURIComponent(wanted)}`);
        }}
      >
        <Field label="Id of an erased customer" className="flex-1">
          {(control) => (
            <Input {...control} value={id} maxLength={400} autoComplete="off" onChange={(event) => setId(event.target.value)} />
          )}
        </Field>
        <Button type="submit" disabled={wanted === ""}>
          Show the receipt
        </Button>
      </form>
      <ul className="mt-4 list-disc pl-5 text-sm text-muted">
        <li>A person is erased on their own page, under “More”.</li>
        <li>
          An erasure is complete when nothing that was queued before it is left. A worker finds that out; without one it stays
          “running”.
        </li>
        <li>There is no list of the erased: what is left of them is an id and hashes of their addresses.</li>
      </ul>
    </Panel>
  );
}
