import { SegmentsPage } from "@/features/segments/segments-page";

export default function Page() {
  return <SegmentsPage />;
}
