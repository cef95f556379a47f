import { type CustomerView, SAMPLE_VIEW } from "./customer-view.js";

/** All that a template can name. */
export interface TemplateScope {
  readonly customer: CustomerView;
  readonly campaign: CampaignOfTemplate;
  /** Empty where messages carry no link. */
  readonly unsubscribeUrl: string | undefined;
}

export interface CampaignOfTemplate {
  readonly id: string;
  readonly name: string;
}

/** With a value for everything. */
export const SAMPLE_SCOPE: TemplateScope = {
  customer: SAMPLE_VIEW,
  campaign: { id: "campaign-1", name: "Spring" },
  unsubscribeUrl: "https://crm.example/unsubscribe/token",
};
