import type { ComboOption } from "../combo";

/** IANA zones, with the engine's own first. */
export function zoneOptions(engineZone: string | undefined): readonly ComboOption[] {
  const zones = typeof Intl.supportedValuesOf === "function" ? ["UTC", ...Intl.supportedValuesOf("timeZone")] : ["UTC"];
  return [
    { value: "", label: `The engine's${engineZone === undefined ? "" : ` (${engineZone})`}` },
    ...zones.map((zone) => ({ value: zone, label: zone })),
  ];
}
