import { UploadPage } from "@/features/uploads/upload-page";

export default function Page() {
  return <UploadPage />;
}
