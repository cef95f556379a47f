import { OperationsPage } from "@/features/operations/operations-page";

export default function Page() {
  return <OperationsPage />;
}
