"use client";

import { ErrorNotice } from "@/ui/error-notice";
import { PageHead, Panel } from "@/ui/panel";

/** A fault of the console's own on one page: the others go on, and so does this one when it is drawn again. */
export default function PageError({ error, reset }: { readonly error: Error; reset(): void }) {
  return (
    <>
      <PageHead
        title="This page broke"
        documentTitle="This page broke"
        note="The engine is not concerned, and drafts are kept in this tab."
      />
      <Panel flush>
        <ErrorNotice byHand error={error} retry={reset} />
      </Panel>
    </>
  );
}
