import { Panel } from "@/ui/panel";
import { RemoveSampleData } from "./remove-sample-data";
import { SampleDataButton } from "./sample-data-button";

export function SampleDataPanel() {
  return (
    <Panel
      title="Sample data"
      note="300 made-up customers with addresses at example.com, where no mail arrives, and 900 orders of the last 90 days, to look around with."
      actions={
        <>
          <SampleDataButton />
          <RemoveSampleData />
        </>
      }
    >
      {null}
    </Panel>
  );
}
