/** Store and queue together. */
export const PAIRINGS = ["sqlite", "redis", "rabbitmq"] as const;
export type Pairing = (typeof PAIRINGS)[number];

export const PAIRING_LABELS: Readonly<Record<Pairing, string>> = {
  sqlite: "SQLite / SQLite",
  redis: "MongoDB-compatible / Redis",
  rabbitmq: "MongoDB-compatible / RabbitMQ",
};
