/** Why a cell can't be read as its map says. */
export class Refused {
  readonly message: string;
  constructor(message: string) {
    this.message = message;
  }
}

/** A cell in a message: short, whatever it holds. */
export function quoted(cell: string): string {
  return JSON.stringify(cell.length > 40 ? `${cell.slice(0, 40)}…` : cell);
}
