import { hasCode, type OutgoingMessage, type Sender, type SendResult } from "@crm-engine/core/ports";
import { afterEach, describe, expect, it } from "vitest";
import { smtpSender } from "./index.js";
import { mailServer } from "./mail-server.fixture.js";
import { type Script, scriptedServer } from "./scripted-server.fixture.js";

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const part of open.splice(0).reverse()) await part.close();
});

function opened<T extends { close(): Promise<void> }>(part: T): T {
  open.push(part);
  return part;
}

function message(change: Partial<OutgoingMessage> = {}): OutgoingMessage {
  return {
    id: "campaign:ada",
    campaignId: "campaign",
    customerId: "ada",
    channel: "email",
    to: "ada@example.com",
    subject: "Hi",
    body: "<p>Hi Ada</p>",
    ...change,
  };
}

async function sendOne(
  sender: Sender,
  change: Partial<OutgoingMessage> = {},
  signal = new AbortController().signal,
): Promise<SendResult | undefined> {
  const [result] = await sender.send({ batchId: "b", messages: [message(change)] }, signal);
  return result;
}

/** What one sending comes to on a server that follows a script. */
async function scripted(script: Script, signal?: AbortSignal) {
  const server = opened(await scriptedServer(script));
  const sender = opened(smtpSender({ url: server.url, timeoutMs: 2_000 }));
  const result = await sendOne(sender, {}, signal).catch((error: unknown) => error);
  return {
    server,
    sender,
    result,
    taken: hasCode(result, "unavailable") ? "surely not" : result instanceof Error ? "perhaps" : "said",
  };
}

describe("smtpSender, its mails", () => {
  it("hands a mail to the server, with an id of its own and a way out", async () => {
    const server = opened(await mailServer());
    const sender = opened(smtpSender({ url: server.url() }));
    expect(sender).toMatchObject({ remembersKeysMs: 0, maxBatch: 1 });
    const result = await sendOne(sender, { id: "c1:ada@x.example/é~2", body: "<p>Hi Ada ☃</p>" });
    const messageId = "<c1%3Aada%40x%2Eexample%2F%C3%A9~2@shop.example>";
    expect(result).toEqual({ id: "c1:ada@x.example/é~2", status: "accepted", vendorMessageId: messageId });
    const [got] = server.received;
    expect(got).toMatchObject({ from: "news@shop.example", to: ["ada@example.com"] });
    expect(got?.mail).toMatchObject({
      messageId,
      subject: "Hi",
      from: { name: "News", address: "news@shop.example" },
      to: [{ address: "ada@example.com" }],
    });
    expect(got?.mail.html?.trim()).toBe("<p>Hi Ada ☃</p>");
    expect(header(got?.mail, "list-unsubscribe")).toBe("<mailto:news@shop.example?subject=unsubscribe>");
    expect(header(got?.mail, "list-unsubscribe-post")).toBeUndefined();
    expect(header(got?.mail, "x-mailer")).toBeUndefined();
  });

  it("offers one click where there is an https address for it", async () => {
    const server = opened(await mailServer());
    const sender = opened(smtpSender({ url: server.url() }));
    const url = `https://crm.shop.example/unsubscribe/${"a".repeat(120)}.b_-`;
    await sendOne(sender, { unsubscribeUrl: url });
    await sendOne(sender, { unsubscribeUrl: "http://localhost:3000/unsubscribe/x" });
    const [secure, plain] = server.received;
    expect(header(secure?.mail, "list-unsubscribe")).toBe(`<${url}>`);
    expect(header(secure?.mail, "list-unsubscribe-post")).toBe("List-Unsubscribe=One-Click");
    expect(header(plain?.mail, "list-unsubscribe")).toBe("<http://localhost:3000/unsubscribe/x>");
    expect(header(plain?.mail, "list-unsubscribe-post")).toBeUndefined();
  });

  it("sends a body without markup as the plain text that it is", async () => {
    const server = opened(await mailServer());
    const sender = opened(smtpSender({ url: server.url() }));
    await sendOne(sender, { body: "Hi O&#39;Neil &lt;b&gt; &amp;amp;\n\n.\nBye" });
    await sendOne(sender, { body: "Hi&nbsp;Ada" });
    const [plain, html] = server.received;
    expect(plain?.mail.text?.trimEnd()).toBe("Hi O'Neil <b> &amp;\n\n.\nBye");
    expect(plain?.mail.html).toBeUndefined();
    expect(html?.mail.html?.trim()).toBe("Hi&nbsp;Ada");
  });

  it("sends HTML and text as alternatives, from the message's own mailbox, with where answers go", async () => {
    const server = opened(await mailServer());
    const sender = opened(smtpSender({ url: server.url() }));
    const own = { text: "Hi Ada", from: '"Ann, of Shop" <ann@shop.example>', replyTo: "help@shop.example" };
    const result = await sendOne(sender, { body: "<p>Hi <b>Ada</b></p>", ...own });
    expect(result).toMatchObject({ status: "accepted", vendorMessageId: "<campaign%3Aada@shop.example>" });
    const [got] = server.received;
    expect(got).toMatchObject({ from: "ann@shop.example", to: ["ada@example.com"] });
    expect(header(got?.mail, "content-type")).toMatch(/^multipart\/alternative/);
    expect(got?.mail).toMatchObject({
      from: { name: "Ann, of Shop", address: "ann@shop.example" },
      replyTo: [{ address: "help@shop.example" }],
    });
    expect(got?.mail.text?.trim()).toBe("Hi Ada");
    expect(got?.mail.html?.trim()).toBe("<p>Hi <b>Ada</b></p>");
  });

  it.each([
    { from: "Eve\r\nBcc: eve@example.com <eve@example.com>" },
    { from: "a@example.com, eve@example.com" },
    { replyTo: "Eve <eve@example.com>\r\nBcc: eve@example.com" },
  ])("rejects a message whose mailbox is none: %j", async (change) => {
    const server = opened(await mailServer());
    expect(await sendOne(opened(smtpSender({ url: server.url() })), change)).toMatchObject({ status: "rejected" });
    expect(server.received).toEqual([]);
  });

  it.each<Partial<OutgoingMessage>>([
    { subject: "Hi\r\nBcc: eve@example.com" },
    { subject: "Hi\n\nBcc: eve@example.com" },
    { id: "c:x\r\nBcc: eve@example.com" },
    { id: `c:${"é".repeat(400)}` },
    { unsubscribeUrl: "https://x.example/\r\nBcc: eve@example.com" },
    { to: "ada@example.com\r\nBcc: eve@example.com" },
    { to: "ada@example.com, eve@example.com" },
    { to: "Eve <eve@example.com>" },
  ])("lets nothing in %j add a header or a recipient", async (change) => {
    const server = opened(await mailServer());
    const sender = opened(smtpSender({ url: server.url() }));
    const result = await sendOne(sender, change);
    expect(result?.status).toBe(change.to === undefined ? "accepted" : "rejected");
    expect(server.received).toHaveLength(change.to === undefined ? 1 : 0);
    for (const { to, mail, raw } of server.received) {
      expect(to).toEqual(["ada@example.com"]);
      expect(header(mail, "bcc")).toBeUndefined();
      expect(Math.max(...raw.split("\r\n").map((line) => line.length))).toBeLessThan(998);
    }
  });

  it("an address that is not ASCII goes as it is to a server with SMTPUTF8, and fails by name, alone, at one without", async () => {
    for (const hideSMTPUTF8 of [false, true]) {
      const commands: string[] = [];
      const server = opened(
        await mailServer({
          hideSMTPUTF8,
          onMailFrom: ({ args }, _session, callback) => {
            commands.push(Object.keys(args || {}).join(" "));
            callback();
          },
        }),
      );
      const sender = opened(smtpSender({ url: server.url() }));
      const to = ["ada@example.com", "jürgen@xn--bcher-kva.example", "ben@bücher.example", "用户@例え.jp"];
      const results = await sender.send(
        { batchId: "b", messages: to.map((address) => message({ id: address, to: address })) },
        new AbortController().signal,
      );
      const refused = {
        status: "rejected",
        reason: "the mail server does not take addresses that are not ASCII (no SMTPUTF8)",
      };
      const ofUtf8 = hideSMTPUTF8 ? refused : { status: "accepted" };
      expect(results).toMatchObject([{ status: "accepted" }, ofUtf8, { status: "accepted" }, ofUtf8]);
      const utf8 = hideSMTPUTF8 ? [] : ["jürgen@bücher.example", "用户@例え.jp"];
      const written = server.received.map(({ raw }) => /^To: (.*)$/m.exec(raw)?.[1]?.trim());
      expect(written.sort()).toEqual(["ada@example.com", "ben@xn--bcher-kva.example", ...utf8].sort());
      expect(commands.filter((parameters) => parameters.includes("SMTPUTF8"))).toHaveLength(utf8.length);
    }
  });

  it("a server that can't be asked for SMTPUTF8 took nothing, and is asked again", async () => {
    const { server, sender } = await scripted((line, connection) =>
      line === "EHLO" && connection === 2 ? "hang up" : undefined,
    );
    const again = () => sendOne(sender, { to: "jürgen@example.com" }).catch((error: unknown) => error);
    expect(hasCode(await again(), "unavailable")).toBe(true);
    expect(await again()).toMatchObject({ status: "rejected" });
    expect(server.lines.filter((line) => line.startsWith("RCPT"))).toEqual(["RCPT TO:<ada@example.com>"]);
  });

  it("is not for text messages", async () => {
    const sender = opened(smtpSender({ url: "smtp://127.0.0.1:1/?from=a@example.com" }));
    expect(await sendOne(sender, { channel: "sms", to: "+441234" })).toMatchObject({
      status: "rejected",
      reason: expect.stringContaining("e-mail"),
    });
  });
});

describe("smtpSender, what the server says", () => {
  const said = (status: string) => (status === "throttled" ? { status: "retry", throttled: true } : { status });

  it.each<[string, string, string]>([
    ["RCPT", "550 5.1.1 <ada@example.com> no such user", "rejected"],
    ["RCPT", "450 4.2.1 mailbox busy", "retry"],
    ["RCPT", "451 4.3.2 not now", "retry"],
    ["RCPT", "421 4.7.0 too many", "throttled"],
    ["DATA", "554 5.6.0 no", "rejected"],
    ["DATA", "451 4.3.0 later", "throttled"],
    [".", "552 5.3.4 too big", "rejected"],
    [".", "554 5.7.1 spam", "rejected"],
    [".", "451 4.7.1 greylisted", "retry"],
    [".", "450 4.7.0 greylisted", "retry"],
    [".", "452 4.2.2 mailbox full", "retry"],
    [".", "451 4.7.0 slow down", "throttled"],
    [".", "452 4.3.1 no room", "throttled"],
    [".", "451 what", "throttled"],
    [".", "503 5.5.1 bad sequence", "retry"],
    [".", "421 4.3.2 closing", "throttled"],
    ["MAIL", "552 5.3.4 too big", "rejected"],
  ])("at %s, %s: %s, with the reply but not the address", async (verb, reply, status) => {
    const { result, server } = await scripted((line) => (line === verb ? reply : undefined));
    expect(result).toMatchObject({ id: "campaign:ada", ...said(status) });
    expect(result).not.toHaveProperty(status === "throttled" ? "none" : "throttled");
    expect(JSON.stringify(result)).toContain(reply.slice(0, 9));
    expect(JSON.stringify(result)).not.toContain("ada@example.com");
    expect(server.lines.filter((line) => line.startsWith("MAIL"))).toHaveLength(1);
  });

  it.each<[string, string]>([
    ["connect", "554 no service"],
    ["connect", "421 too many connections"],
    ["EHLO", "421 shutting down"],
    ["MAIL", "550 5.7.1 sender refused"],
    ["MAIL", "530 5.7.0 authentication required"],
    ["MAIL", "451 4.7.1 too fast"],
    ["MAIL", "421 4.7.0 closing"],
  ])("at %s, %s: the server is not to be had, and took nothing", async (verb, reply) => {
    const { result, taken } = await scripted((line) => (line === verb ? reply : undefined));
    expect(taken).toBe("surely not");
    expect(String(result)).toContain(reply);
    expect(hasCode(result, "unavailable") && result.details).toEqual(reply.startsWith("4") ? { throttled: true } : {});
  });

  it("fails a message for good whose own sender is refused, and not for want of a login", async () => {
    const refusing = opened(await scriptedServer((line) => (line === "MAIL" ? "550 5.7.1 not your address" : undefined)));
    const sender = opened(smtpSender({ url: refusing.url }));
    expect(await sendOne(sender, { from: "ceo@else.example" })).toMatchObject({ status: "rejected" });
    await expect(sendOne(sender)).rejects.toMatchObject({ code: "unavailable" });
    const closed = opened(await scriptedServer((line) => (line === "MAIL" ? "530 5.7.0 log in first" : undefined)));
    const unknown = opened(smtpSender({ url: closed.url }));
    await expect(sendOne(unknown, { from: "ceo@else.example" })).rejects.toMatchObject({ code: "unavailable" });
  });

  it.each(["connect", "EHLO", "MAIL", "RCPT", "DATA"])("a line cut at %s: surely not taken", async (verb) => {
    const { taken } = await scripted((line) => (line === verb ? "hang up" : undefined));
    expect(taken).toBe("surely not");
  });

  it("a line cut after the content: perhaps taken, and never sent again by itself", async () => {
    const { taken, server, sender } = await scripted((line) => (line === "." ? "hang up" : undefined));
    expect(taken).toBe("perhaps");
    await new Promise((resolve) => setTimeout(resolve, 400));
    expect(server.lines.filter((line) => line === ".")).toHaveLength(1);
    await sender.close();
    expect(server.lines.filter((line) => line === ".")).toHaveLength(1);
  });

  it("a line cut after the content of a later mail on the same connection: the same", async () => {
    let contents = 0;
    const server = opened(await scriptedServer((line) => (line === "." && ++contents === 2 ? "hang up" : undefined)));
    const sender = opened(smtpSender({ url: server.url }));
    expect(await sendOne(sender)).toMatchObject({ status: "accepted" });
    const error = await sendOne(sender).catch((cause: unknown) => cause);
    expect(error).toBeInstanceOf(Error);
    expect(hasCode(error, "unavailable")).toBe(false);
    await new Promise((resolve) => setTimeout(resolve, 400));
    expect(contents).toBe(2);
  });

  it("goes on over a new connection where the server dropped an idle one", async () => {
    const server = opened(
      await scriptedServer((line, connection) => (line === "MAIL" && connection === 1 && sent ? "hang up" : undefined)),
    );
    let sent = false;
    const sender = opened(smtpSender({ url: server.url }));
    await sendOne(sender);
    sent = true;
    expect(await sendOne(sender)).toMatchObject({ status: "accepted" });
    expect(server.lines.filter((line) => line === ".")).toHaveLength(2);
  });

  it("a server that says nothing: surely not taken before the content, perhaps after it", async () => {
    const before = await scripted((line) => (line === "RCPT" ? "250-wait" : undefined), AbortSignal.timeout(150));
    expect(before.taken).toBe("surely not");
    const after = await scripted((line) => (line === "." ? "250-wait" : undefined), AbortSignal.timeout(150));
    expect(after.taken).toBe("perhaps");
  });

  it("no server, no such host, no TLS, a wrong password: surely not taken, and no password is told", async () => {
    const closed = await mailServer();
    await closed.close();
    const strict = opened(
      await mailServer({
        authOptional: false,
        allowInsecureAuth: true,
        onAuth: (_auth, _session, callback) => callback(new Error("wrong")),
      }),
    );
    for (const url of [
      closed.url(),
      "smtp://no-such-host.invalid/?from=a@example.com",
      strict.url("", "user:s3cret@"),
      strict.url("&tls=none", "user:s3cret@"),
      strict.url().replace("smtp:", "smtps:"),
    ]) {
      const sender = opened(smtpSender({ url, timeoutMs: 2_000 }));
      const error = await sendOne(sender).catch((cause: unknown) => cause);
      expect(hasCode(error, "unavailable"), `${url}: ${String(error)}`).toBe(true);
      expect(String(error)).not.toContain("s3cret");
    }
  });
});

describe("smtpSender, its connections", () => {
  it("shares a few among many mails, each sent once", async () => {
    const server = opened(await mailServer());
    const sender = opened(smtpSender({ url: server.url("&connections=3") }));
    const ids = Array.from({ length: 250 }, (_, index) => `campaign:${index}`);
    const results = await Promise.all(ids.map((id) => sendOne(sender, { id })));
    expect(results.map((result) => result?.status)).toEqual(ids.map(() => "accepted"));
    expect(new Set(server.received.map(({ mail }) => mail.messageId)).size).toBe(250);
    expect(server.received).toHaveLength(250);
    expect(server.connections()).toBeLessThan(10);
  });

  it("waits for mails under way when it closes, and takes none after", async () => {
    const server = opened(await mailServer());
    const sender = smtpSender({ url: server.url() });
    const sending = sendOne(sender);
    await Promise.all([sender.close(), sender.close()]);
    expect(await sending).toMatchObject({ status: "accepted" });
    await expect(sendOne(sender)).rejects.toMatchObject({ code: "closed" });
  });

  it("refuses a URL that it can't read", () => {
    expect(() => smtpSender({ url: "smtp://mail.example.com" })).toThrow(
      expect.objectContaining({ code: "invalid", message: expect.stringContaining("from") }),
    );
  });
});

function header(
  mail: { readonly headers: readonly { readonly key: string; readonly value: string }[] } | undefined,
  name: string,
) {
  return mail?.headers.find(({ key }) => key === name)?.value;
}
