import { createHmac, timingSafeEqual } from "node:crypto";

export interface UnsubscribeLinks {
  /** The address that unsubscribes who got the message. Nobody can make one up for another message. */
  urlOf(messageId: string): string;
  /** The message that a link's token was made for; undefined where it was not made with this secret. */
  messageIdOf(token: string): string | undefined;
}

const MAX_TOKEN_LENGTH = 4_000;

/** Links that carry their own proof, so that nothing is stored for them. They hold as long as the secret stays the same. */
export function unsubscribeLinks(options: { readonly publicUrl: string; readonly secret: string }): UnsubscribeLinks {
  const base = options.publicUrl.replace(/\/*$/, "/");

  const tokenOf = (messageId: string): string => {
    const proof = createHmac("sha256", options.secret).update(`unsubscribe ${messageId}`).digest("base64url");
    return `${Buffer.from(messageId).toString("base64url")}.${proof}`;
  };

  return {
    urlOf: (messageId) => `${base}unsubscribe/${tokenOf(messageId)}`,
    messageIdOf: (token) => {
      if (token.length > MAX_TOKEN_LENGTH) return undefined;
      const messageId = Buffer.from(token.split(".")[0] ?? "", "base64url").toString();
      const [given, expected] = [Buffer.from(token), Buffer.from(tokenOf(messageId))];
      return given.length === expected.length && timingSafeEqual(given, expected) ? messageId : undefined;
    },
  };
}
