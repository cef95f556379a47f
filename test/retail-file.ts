/** The Online Retail file (UCI, CSV in gzip), which the project does not ship; undefined where none was named. */
export const retailFile: string | undefined = process.env.ONLINE_RETAIL_CSV || undefined;

export const NO_RETAIL_FILE = "needs the Online Retail data: set ONLINE_RETAIL_CSV to the file (CSV in gzip)";
