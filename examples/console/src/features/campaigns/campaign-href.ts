export const campaignHref = (id: string, tab?: string): string =>
  `/campaign?id=${encodeURIComponent(id)}${tab === undefined ? "" : `&tab=${tab}`}`;
