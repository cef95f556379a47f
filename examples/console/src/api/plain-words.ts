/** The engine's words for a screen: what the API calls the vendor is a sending service to whoever only writes to people. */
export const plainWords = (text: string): string =>
  text.replace(/\b([Tt])he vendor\b/g, "$1he sending service").replace(/^vendor\b/, "sending service");
