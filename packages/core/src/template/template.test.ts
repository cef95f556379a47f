import { Parser } from "liquidjs";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { CrmError } from "../errors.js";
import type { CampaignMessage } from "../model/campaign.js";
import { bareCustomer, type StoredCustomer } from "../model/customer.js";
import { customerView } from "./customer-view.js";
import { checkMessage, compileTemplate, renderMessage } from "./template.js";

const CONTEXT = {
  ...{ currency: "GBP", currencyDecimals: 2, timeZone: "Europe/London", now: Date.UTC(2026, 0, 15) },
  campaign: { id: "k1", name: "Spring & more" },
  unsubscribeUrl: undefined,
};
const ADA: StoredCustomer = {
  ...bareCustomer("c-1", Date.UTC(2026, 0, 15, 9, 30)),
  email: "ada@example.com",
  name: "Ada <b>Lovelace</b> & co",
  tags: ["vip", "london"],
  attributes: { plan: "gold", "shoe size": 38, trial: false, interests: ["engines", "looms"] },
  visitCount: 3,
  orderCount: 2,
  totalSpend: 123_450,
  lastOrderAt: Date.UTC(2026, 6, 1, 23, 30),
};

const LINKS = { links: true };

function mail(body: string, subject?: string): CampaignMessage {
  return { channel: "email", body, ...(subject === undefined ? {} : { subject }) };
}

async function bodyFor(body: string, customer = ADA, channel: CampaignMessage["channel"] = "sms"): Promise<string> {
  return (await renderMessage({ channel, body }, customer, CONTEXT)).body;
}

/** Of the processor, which others may be using too. */
function workedMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}

async function faultOf(source: string): Promise<string> {
  const compiled = await compileTemplate(source, { escapeHtml: true });
  return compiled.ok ? "" : compiled.issues.map((issue) => issue.message).join("; ");
}

describe("what a template sees", () => {
  it.each([
    ["{{ customer.id }} {{ customer.email }}", "c-1 ada@example.com"],
    [
      "{{ customer.totalSpend }} in {{ customer.orderCount }} orders, {{ customer.visitCount }} visits",
      "1234.5 in 2 orders, 3 visits",
    ],
    [
      "{{ customer.attributes.plan | upcase }}/{{ customer.attributes['shoe size'] }}/{{ customer.attributes.trial }}",
      "GOLD/38/false",
    ],
    [
      "{% for tag in customer.tags %}{{ forloop.index }}:{{ tag }} {% endfor %}{{ customer.tags.size }}{{ customer.tags[0] }}",
      "1:vip 2:london 2vip",
    ],
    ["{{ customer.attributes.interests | join: ', ' }}", "engines, looms"],
    ["{% assign who = customer.name | split: ' ' | first %}Hi {{ who }}", "Hi Ada"],
    ["{% if customer.totalSpend > 1000 %}VIP{% else %}-{% endif %}", "VIP"],
  ])("%s", async (source, text) => {
    expect(await checkMessage({ channel: "sms", body: source }, LINKS)).toEqual([]);
    expect(await bodyFor(source)).toBe(text);
  });

  it("is empty where a value is missing, the number of attributes included", async () => {
    const bare = bareCustomer("c-2", 0);
    expect(
      await bodyFor(
        "[{{ customer.name }}{{ customer.lastOrderAt }}{{ customer.attributes.plan }}{{ customer.attributes.size }}]",
        bare,
      ),
    ).toBe("[]");
    expect(await bodyFor("Hi {{ customer.name | default: 'there' }}", bare)).toBe("Hi there");
  });

  it("has times in the customer's zone, else the engine's", async () => {
    expect(customerView(ADA, CONTEXT).lastOrderAt).toBe("2026-07-02T00:30:00+01:00");
    const source = "{{ customer.lastOrderAt | date: '%Y-%m-%d %H:%M' }}";
    expect(await bodyFor(source)).toBe("2026-07-02 00:30");
    expect(await bodyFor(source, { ...ADA, timeZone: "America/New_York" })).toBe("2026-07-01 19:30");
  });

  describe.each(["UTC", "America/New_York", "Pacific/Kiritimati"])("on a machine in %s", (hostZone) => {
    const before = process.env.TZ;
    beforeEach(() => {
      process.env.TZ = hostZone;
    });
    afterEach(() => {
      if (before === undefined) delete process.env.TZ;
      else process.env.TZ = before;
    });

    it.each([
      ["2026-03-01", "2026-03-01 00:00 +0000"],
      ["1604-02-29", "1604-02-29 00:00 -0001"],
      ["2026-07-01T23:30", "2026-07-01 23:30 +0100"],
      ["2026-07-01T23:30:00Z", "2026-07-02 00:30 +0100"],
      ["2026-07-01T23:30:00-04:00", "2026-07-02 04:30 +0100"],
      ["1767225600", "2026-01-01 00:00 +0000"],
      ["next week", "next week"],
    ])("prints %s as the person's calendar has it", async (due, printed) => {
      const customer = { ...ADA, attributes: { due } };
      expect(await bodyFor("{{ customer.attributes.due | date: '%Y-%m-%d %H:%M %z' }}", customer)).toBe(printed);
      const days = "{{ customer.attributes.due | date_to_string }}, {{ customer.attributes.due | date: '%A' }}";
      expect(await bodyFor(days, { ...ADA, attributes: { due: "2026-03-01" }, timeZone: "Asia/Tokyo" })).toBe(
        "01 Mar 2026, Sunday",
      );
    });

    it("knows the day of now in the person's zone", async () => {
      const now = "{{ 'now' | date: '%Y-%m-%d %H' }}";
      expect(await bodyFor(now, { ...ADA, timeZone: "America/New_York" })).toBe("2026-01-14 19");
      expect(await bodyFor(now, { ...ADA, timeZone: "Asia/Tokyo" })).toBe("2026-01-15 09");
    });
  });

  it("may be written in many turns of a loop", async () => {
    const line = "x".repeat(1_000);
    expect(await bodyFor(`{% for i in (1..900) %}{% if true %}${line}{% endif %}{% endfor %}`)).toHaveLength(900_000);
  });

  it("has money in major units of currencies with other decimals", async () => {
    expect(customerView(ADA, { ...CONTEXT, currency: "JPY", currencyDecimals: 0 }).totalSpend).toBe(123_450);
    expect(customerView(ADA, { ...CONTEXT, currency: "KWD", currencyDecimals: 3 }).totalSpend).toBe(123.45);
  });
});

describe("a message", () => {
  it("escapes HTML in an e-mail's body only, unless it is raw", async () => {
    const name = "Ada <b>Lovelace</b> & co";
    const escaped = "Ada &lt;b&gt;Lovelace&lt;/b&gt; &amp; co";
    expect(
      await renderMessage(mail("<p>{{ customer.name }}|{{ customer.name | raw }}</p>", "To {{ customer.name }}"), ADA, CONTEXT),
    ).toEqual({
      subject: `To ${name}`,
      body: `<p>${escaped}|${name}</p>`,
      text: "Ada <b>Lovelace</b> & co|Ada Lovelace & co",
    });
    expect(await bodyFor("{{ customer.name }}", ADA, "sms")).toBe(name);
    expect(await bodyFor("{{ customer.name }}", ADA, "email")).toBe(escaped);
  });

  it("has a subject of one line, whatever the data holds", async () => {
    const hostile = { ...ADA, name: "Ada\r\nBcc: all@example.com\n\u2028x\n" };
    expect((await renderMessage(mail("x", "Hi {{ customer.name }}"), hostile, CONTEXT)).subject).toBe(
      "Hi Ada Bcc: all@example.com x",
    );
  });

  it("is checked part by part, with the path of each fault", async () => {
    expect(await checkMessage(mail("Hi {{ customer.name }}", "For {{ customer.name }}"), LINKS)).toEqual([]);
    expect(await checkMessage(mail("Hi {{ customer.nmae }}", "{% if %}"), LINKS)).toEqual([
      { path: "message.body", message: "customer.nmae does not exist: did you mean customer.name?" },
      { path: "message.subject", message: expect.stringContaining("is not a valid template") },
    ]);
    expect(await checkMessage(mail(" \n", " "), LINKS)).toEqual([
      { path: "message.body", message: "must not be empty" },
      { path: "message.subject", message: "email needs a subject" },
    ]);
    expect(await checkMessage({ channel: "sms", body: "Hi" }, LINKS)).toEqual([]);
  });

  it("is refused, not sent, where it does not compile", async () => {
    await expect(renderMessage(mail("{{ customer.nmae }}"), ADA, CONTEXT)).rejects.toMatchObject({ code: "invalid" });
  });
});

describe("an unknown variable", () => {
  it.each([
    ["{{ customer.emial }}", "customer.email"],
    ["{{ customer.first_order_at }}", "customer.firstOrderAt"],
    ["{{ name }}", "customer.name"],
    ["{% for tag in customer.tags %}{% endfor %}{{ tag }}", "customer.tags"],
    ["{{ campaign.nme }}", "campaign.name"],
    ["{{ unsubscribe_url }}", "unsubscribeUrl"],
  ])("%s is refused with the nearest right name", async (source, nearest) => {
    expect(await faultOf(source)).toContain(` does not exist: did you mean ${nearest}?`);
  });

  it.each([
    ["{{ customer.plan }}", "customer.plan"],
    ["{{ plan }}", "plan"],
    ["{{ customer.attributes }}", "customer.attributes"],
    ["{{ customer | json }}", "customer"],
    ["{{ customer[customer.attributes.which] }}", "customer.[…]"],
    ["{{ campaign.budget }}", "campaign.budget"],
    ["{{ unsubscribeUrl.host }}", "unsubscribeUrl.host"],
    ["{% if customer.vip %}x{% endif %}", "customer.vip"],
    ["{% unless false %}{% case customer.id %}{% when lvl %}{% endcase %}{% endunless %}", "lvl"],
    ["{{ 'a' | append: suffix }}", "suffix"],
    ["{% for i in (1..many) %}{% endfor %}", "many"],
    ["{% for i in customer.tags limit: top %}{% endfor %}", "top"],
    ["{{ customer.attributes[which] }}", "which"],
    ["{% capture a %}{{ missing }}{% endcapture %}", "missing"],
    ["{% liquid\necho secret %}", "secret"],
  ])("%s is refused by its name, and none is suggested that may be nobody's", async (source, name) => {
    expect(await faultOf(source)).toContain(`${name} does not exist`);
    expect(await faultOf(source)).not.toContain("did you mean customer.attributes");
  });
});

describe("the campaign and the unsubscribe link", () => {
  it("are there for every template", async () => {
    const body = '<a href="{{ unsubscribeUrl }}">{{ campaign.name }} ({{ campaign.id }})</a>';
    const context = { ...CONTEXT, unsubscribeUrl: "https://crm.example/unsubscribe/a?b&c" };
    expect(await checkMessage(mail(body, "{{ campaign.name }}"), LINKS)).toEqual([]);
    expect((await renderMessage(mail(body), ADA, context)).body).toBe(
      '<a href="https://crm.example/unsubscribe/a?b&amp;c">Spring &amp; more (k1)</a>',
    );
  });

  it("is refused where messages carry no link, with what to set", async () => {
    const [issue] = await checkMessage(mail("{{ unsubscribeUrl }}", "x"), { links: false });
    expect([issue?.path, issue?.message]).toEqual(["message.body", expect.stringContaining("PUBLIC_URL")]);
  });
});

describe("a hostile template", () => {
  it.each([
    ["a file", '{% include "package.json" %}', 'tag "include" not found'],
    ["a partial", "{% render 'x' %}", 'tag "render" not found'],
    ["a layout", "{% layout 'x' %}", 'tag "layout" not found'],
    ["a constructor", "{{ customer.constructor }}", "does not exist"],
    ["a prototype", "{{ customer.__proto__ }}", "does not exist"],
    ["an expression in text", `{{ customer.tags | where_exp: "t", "t.constructor" }}`, "undefined filter"],
    ["a filter that is not there", "{{ customer.name | shell }}", "undefined filter: shell"],
    ["a long loop", "{% for i in (1..100000000) %}{% endfor %}", "limit exceeded"],
    [
      "loops in loops",
      "{% for i in (1..900) %}{% for j in (1..900) %}{% for k in (1..900) %}{% endfor %}{% endfor %}{% endfor %}",
      "limit exceeded",
    ],
    ["loops that double", `${"{% for i in (1..2) %}".repeat(40)}x${"{% endfor %}".repeat(40)}`, "limit exceeded"],
    [
      "text that doubles",
      "{% assign a = 'xxxx' %}{% for i in (1..60) %}{% assign a = a | append: a %}{% endfor %}",
      "limit exceeded",
    ],
    [
      "a capture that doubles",
      "{% assign a = 'xxxx' %}{% for i in (1..60) %}{% capture a %}{{ a }}{{ a }}{% endcapture %}{% endfor %}",
      "limit exceeded",
    ],
    ["much output", `{% for i in (1..1000) %}${"x".repeat(100_000)}{% endfor %}`, "limit exceeded"],
    ["a wide date", "{{ customer.createdAt | date: '%999999999Y' }}", "limit exceeded"],
    ["a long date format", `{{ customer.createdAt | date: '${"%A".repeat(90_000)}' }}`, "at most 200 characters"],
    ["deep nesting", "{% if true %}".repeat(15_000), "nested too deeply"],
    [
      "deep brackets",
      `{{ customer.attributes${"[customer.attributes".repeat(5_000)}${"]".repeat(5_000)} }}`,
      "nested too deeply",
    ],
    [
      "a list that holds itself twice, over and over",
      "{% assign a = 'x' | split: ',' %}{% for i in (1..60) %}{% assign a = a | push: a %}{% endfor %}{{ a }}",
      "limit exceeded",
    ],
    [
      "lists in lists",
      "{% assign a = '' %}{% for i in (1..20000) %}{% assign b = '' | split: ',' | push: a %}{% assign a = b %}{% endfor %}{{ a }}",
      "nested too deeply",
    ],
    [
      "much to sort",
      `{% assign a = '${"q,w,e,".repeat(15_000)}' | split: ',' %}{% for i in (1..9) %}{% assign b = a | sort %}{% endfor %}`,
      "limit exceeded",
    ],
    [
      "a long text to search for",
      `{% assign a = '${"a".repeat(90_000)}' %}{{ a | append: a | append: a | append: a | remove_last: a }}`,
      "limit exceeded",
    ],
    ["a long text to look for", `{% assign a = '${"a".repeat(90_000)}' %}{% if a contains a %}{% endif %}`, "limit exceeded"],
    ["many parts of dates", `{{ customer.createdAt | date: '${"%%".repeat(100)}' }}`.repeat(60), "limit exceeded"],
    ["a long name of a property", `{{ customer.tags | where: '${"a".repeat(1_001)}' }}`, "at most 1000 characters"],
    ["a megabyte", "x".repeat(1_000_000), "at most 200000 characters"],
    ["an open tag", "{{".repeat(90_000), "not closed"],
  ])("with %s is refused within three seconds of work", async (_name, source, fault) => {
    const before = workedMs();
    expect(await faultOf(source)).toContain(fault);
    expect(workedMs() - before).toBeLessThan(3_000);
  });

  it.each([
    ["variables", "{{customer.name}}".repeat(11_000)],
    ["assignments", "{% assign a = customer.name %}".repeat(6_500)],
    ["comments", `{% # x${"\n".repeat(190_000)}# %}`],
    ["lines", `{% liquid\n${"echo customer.name\n".repeat(9_000)}%}`],
  ])("of 200,000 characters of %s is compiled within three seconds of work", async (_name, source) => {
    const before = workedMs();
    expect(await faultOf(source)).toBe("");
    expect(workedMs() - before).toBeLessThan(3_000);
  });

  it("may nest tags and brackets a hundred deep, and no deeper", async () => {
    const tags = (depth: number) => `${"{% if true %}".repeat(depth)}x${"{% endif %}".repeat(depth)}`;
    const brackets = (depth: number) => `{{ ${"customer.attributes[".repeat(depth)}'x'${"]".repeat(depth)} }}`;
    expect([await faultOf(tags(100)), await faultOf(brackets(100))]).toEqual(["", ""]);
    expect(await faultOf(tags(101))).toContain("nested too deeply");
    expect(await faultOf(brackets(101))).toContain("nested too deeply");
    expect(await faultOf(`${"((([[[".repeat(50)} {{ customer.name }}`)).toBe("");
  });

  it("has comments whose every line says that it is one", async () => {
    expect(await faultOf("{% # one\n # two\n\n # three %}")).toBe("");
    expect(await faultOf("{% # one\n two %}")).toContain("must start with");
  });

  it("reaches nothing that is inherited", async () => {
    const source =
      "[{{ customer.attributes.constructor }}{{ customer.attributes.__proto__ }}{{ customer.tags | map: 'constructor' }}]";
    expect(await bodyFor(source)).toBe("[]");
  });

  it("that is only slow on a customer's data fails that rendering as invalid", async () => {
    const source = "{% for i in (1..customer.visitCount) %}{% for j in (1..customer.visitCount) %}x{% endfor %}{% endfor %}";
    expect(await bodyFor(source, { ...ADA, visitCount: 2 })).toBe("xxxx");
    await expect(bodyFor(source, { ...ADA, visitCount: 1e9 })).rejects.toThrow(CrmError);
    await expect(bodyFor(source, { ...ADA, visitCount: 1e9 })).rejects.toMatchObject({ code: "invalid" });
  });

  it("does not keep what one rendering assigned for the next", async () => {
    const source = "{{ customer.id }}{% if seen %}again{% endif %}{% assign seen = true %}";
    expect(await faultOf(source)).toContain("seen does not exist");
    const counter = "{% increment n %}{{ customer.id }}";
    expect([await bodyFor(counter), await bodyFor(counter)]).toEqual(["0c-1", "0c-1"]);
  });
});

describe("a verdict", () => {
  afterEach(() => void vi.restoreAllMocks());

  it("is not a matter of time: a machine that stands still says the same", async () => {
    const source = "{% for tag in customer.tags %}{{ tag }} {% endfor %}of a slow machine";
    let now = performance.now();
    vi.spyOn(performance, "now").mockImplementation(() => (now += 1_000));
    expect(await faultOf(source)).toBe("");
    expect(await bodyFor(source)).toBe("vip london of a slow machine");
  });

  it("is the same for the same data, down to the last step", async () => {
    const source = `{% for i in (1..customer.visitCount) %}{{ i | date: '${"%%".repeat(100)}' }}{% endfor %}`;
    const fits = async (visitCount: number) =>
      bodyFor(source, { ...ADA, visitCount }).then(
        () => true,
        () => false,
      );
    let [low, high] = [1, 1_000];
    while (high - low > 1) {
      const middle = Math.floor((low + high) / 2);
      if (await fits(middle)) low = middle;
      else high = middle;
    }
    for (let attempt = 0; attempt < 3; attempt++) expect([await fits(low), await fits(high)]).toEqual([true, false]);
  });

  it("is not kept where it was none: how much of the call stack was left is not the template's fault", async () => {
    const source = "Hi {{ customer.name }}, once more";
    vi.spyOn(Parser.prototype, "parseToken").mockImplementationOnce(() => {
      throw new RangeError("Maximum call stack size exceeded");
    });
    await expect(compileTemplate(source, { escapeHtml: true })).rejects.toThrow("call stack");
    expect(await faultOf(source)).toBe("");
  });

  it("knows what now is when a message is rendered, and nothing of it when a template is checked", async () => {
    const source = "{{ 'now' | date: '%Y-%m-%d' }} {{ 'today' | date: '%Y-%m-%d' }}";
    expect(await bodyFor(source)).toBe("2026-01-15 2026-01-15");
    const busy =
      "{% assign year = 'now' | date: '%Y' | minus: 2026 %}{% for i in (1..year) %}{% for j in (1..900000) %}{% endfor %}{% endfor %}";
    vi.spyOn(Date, "now").mockReturnValue(Date.UTC(2050, 0, 1));
    expect(await faultOf(busy)).toBe("");
  });
});
