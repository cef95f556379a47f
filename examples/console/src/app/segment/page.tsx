import { SegmentPage } from "@/features/segments/segment-page";

export default function Page() {
  return <SegmentPage />;
}
