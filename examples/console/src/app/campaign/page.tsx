import { CampaignPage } from "@/features/campaigns/campaign-page";

export default function Page() {
  return <CampaignPage />;
}
