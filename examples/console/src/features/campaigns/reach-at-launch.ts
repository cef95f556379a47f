/** How many the launch said that it would reach: only its answer says so, and it is kept in the tab. */
const place = (id: string): string => `crm-reach-${id}`;

export function reachAtLaunch(id: string): number | undefined {
  const kept = sessionStorage.getItem(place(id));
  return kept === null ? undefined : Number(kept);
}

export function keepReach(id: string, reached: number): void {
  sessionStorage.setItem(place(id), String(reached));
}
