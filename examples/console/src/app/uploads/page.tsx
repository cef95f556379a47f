import { UploadsPage } from "@/features/uploads/uploads-page";

export default function Page() {
  return <UploadsPage />;
}
