import { toast } from "sonner";
import { explainError } from "./explain-error";

/** Says what went wrong where no form shows it, with the request id to copy. */
export function toastError(error: unknown): void {
  const { title, text, requestId } = explainError(error);
  toast.error(title, {
    description: text,
    duration: 15_000,
    ...(requestId === undefined
      ? {}
      : { action: { label: "Copy request id", onClick: () => void navigator.clipboard.writeText(requestId) } }),
  });
}
