import type { Finding } from "@/api/findings";
import { SampleDataButton } from "@/features/sample-data/sample-data-button";
import { LinkButton } from "@/ui/button";
import { Panel } from "@/ui/panel";
import { NeedsHand } from "./needs-hand";

const STEPS = [
  {
    title: "Bring in customers and orders",
    text: "Drop a file, paste rows, or fill in a form.",
    href: "/uploads",
    label: "Upload",
  },
  {
    title: "Describe an audience",
    text: "Rules by clicking; its size is shown as you go.",
    href: "/segment",
    label: "New segment",
  },
  {
    title: "Write to it",
    text: "Compose, preview as a real person, launch, and watch each message arrive.",
    href: "/campaigns?new=1",
    label: "New campaign",
  },
] as const;

/** Where there is nobody yet: the next step, and the two after it. */
export function FirstSteps({ findings }: { readonly findings: readonly Finding[] }) {
  return (
    <div className="flex flex-col gap-4">
      {findings.length > 0 && <NeedsHand findings={findings} />}
      <Panel title="There is nobody here yet" note="Three steps from nothing to a finished campaign.">
        <ol className="grid gap-4 md:grid-cols-3">
          {STEPS.map(({ title, text, href, label }, index) => (
            <li key={title} className="flex flex-col gap-2 rounded-md bg-sunken p-4">
              <h3 className="font-semibold">
                {index + 1}. {title}
              </h3>
              <p className="flex-1 text-sm text-muted">{text}</p>
              <div className="flex flex-wrap gap-2">
                <LinkButton look={index === 0 ? "primary" : "plain"} href={href}>
                  {label}
                </LinkButton>
                {index === 0 && <SampleDataButton />}
              </div>
            </li>
          ))}
        </ol>
      </Panel>
    </div>
  );
}
