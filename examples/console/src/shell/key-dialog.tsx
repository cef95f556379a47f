"use client";

import { useState } from "react";
import { useSession } from "@/api/engine";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { Field, Input } from "@/ui/field";

/** Asked for once; kept in this tab until it is closed. */
export function KeyDialog() {
  const { wantsKey, giveKey } = useSession();
  const [key, setKey] = useState("");
  return (
    <Dialog
      open={wantsKey}
      onOpenChange={() => undefined}
      title="This engine wants its API key"
      description="It is what the server has in API_KEY. It is kept in this tab until you close it, and sent to this server only."
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (key.trim() === "") return;
          giveKey(key.trim());
          setKey("");
        }}
      >
        <Field label="API key">
          {(control) => (
            <Input {...control} type="password" autoComplete="off" value={key} onChange={(event) => setKey(event.target.value)} />
          )}
        </Field>
        <div className="mt-4 flex justify-end">
          <Button type="submit" look="primary" disabled={key.trim() === ""}>
            Use this key
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
