import { CopyButton } from "@/ui/copy-button";

const COMMAND = "npx crm worker";

export function StartWorker() {
  return (
    <p className="mt-1 flex flex-wrap items-center gap-x-2 text-sm">
      Start one with the same settings as this server:
      <code className="rounded bg-sunken px-1.5 py-0.5 font-mono text-xs">{COMMAND}</code>
      <CopyButton text={COMMAND} label="Copy the command" />
    </p>
  );
}
