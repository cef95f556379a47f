export { type SimulatedReceipt, type SimulatedSenderOptions, simulatedSender } from "./simulated-sender.js";
export { type WebhookSenderOptions, webhookSender } from "./webhook-sender.js";
