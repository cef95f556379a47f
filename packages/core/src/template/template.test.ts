import { describe, expect, it } from "vitest";
import { CrmError } from "../errors.js";
import type { CampaignMessage } from "../model/campaign.js";
import { bareCustomer, type StoredCustomer } from "../model/customer.js";
import type { EdgeContext } from "../model/edge.js";
import { customerView } from "./customer-view.js";
import { checkMessage, compileTemplate, renderMessage } from "./template.js";

const CONTEXT: EdgeContext = { currency: "GBP", currencyDecimals: 2, timeZone: "Europe/London" };
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

function mail(body: string, subject?: string): CampaignMessage {
  return { channel: "email", body, ...(subject === undefined ? {} : { subject }) };
}

function bodyFor(body: string, customer = ADA, channel: CampaignMessage["channel"] = "sms"): string {
  return renderMessage({ channel, body }, customer, CONTEXT).body;
}

function faultOf(source: string): string {
  const compiled = compileTemplate(source, { escapeHtml: true });
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
  ])("%s", (source, text) => {
    expect(checkMessage({ channel: "sms", body: source })).toEqual([]);
    expect(bodyFor(source)).toBe(text);
  });

  it("is empty where a value is missing, the number of attributes included", () => {
    const bare = bareCustomer("c-2", 0);
    expect(
      bodyFor(
        "[{{ customer.name }}{{ customer.lastOrderAt }}{{ customer.attributes.plan }}{{ customer.attributes.size }}]",
        bare,
      ),
    ).toBe("[]");
    expect(bodyFor("Hi {{ customer.name | default: 'there' }}", bare)).toBe("Hi there");
  });

  it("has times in the customer's zone, else the engine's", () => {
    expect(customerView(ADA, CONTEXT).lastOrderAt).toBe("2026-07-02T00:30:00+01:00");
    const source = "{{ customer.lastOrderAt | date: '%Y-%m-%d %H:%M' }}";
    expect(bodyFor(source)).toBe("2026-07-02 00:30");
    expect(bodyFor(source, { ...ADA, timeZone: "America/New_York" })).toBe("2026-07-01 19:30");
  });

  it("has money in major units of currencies with other decimals", () => {
    expect(customerView(ADA, { ...CONTEXT, currency: "JPY", currencyDecimals: 0 }).totalSpend).toBe(123_450);
    expect(customerView(ADA, { ...CONTEXT, currency: "KWD", currencyDecimals: 3 }).totalSpend).toBe(123.45);
  });
});

describe("a message", () => {
  it("escapes HTML in an e-mail's body only, unless it is raw", () => {
    const name = "Ada <b>Lovelace</b> & co";
    const escaped = "Ada &lt;b&gt;Lovelace&lt;/b&gt; &amp; co";
    expect(
      renderMessage(mail("<p>{{ customer.name }}|{{ customer.name | raw }}</p>", "To {{ customer.name }}"), ADA, CONTEXT),
    ).toEqual({
      subject: `To ${name}`,
      body: `<p>${escaped}|${name}</p>`,
    });
    expect(bodyFor("{{ customer.name }}", ADA, "sms")).toBe(name);
    expect(bodyFor("{{ customer.name }}", ADA, "email")).toBe(escaped);
  });

  it("has a subject of one line, whatever the data holds", () => {
    const hostile = { ...ADA, name: "Ada\r\nBcc: all@example.com\n\u2028x\n" };
    expect(renderMessage(mail("x", "Hi {{ customer.name }}"), hostile, CONTEXT).subject).toBe("Hi Ada Bcc: all@example.com x");
  });

  it("is checked part by part, with the path of each fault", () => {
    expect(checkMessage(mail("Hi {{ customer.name }}", "For {{ customer.name }}"))).toEqual([]);
    expect(checkMessage(mail("Hi {{ customer.nmae }}", "{% if %}"))).toEqual([
      { path: "message.body", message: "customer.nmae does not exist: did you mean customer.name?" },
      { path: "message.subject", message: expect.stringContaining("is not a valid template") },
    ]);
    expect(checkMessage(mail(" \n"))).toEqual([{ path: "message.body", message: "must not be empty" }]);
  });

  it("is refused, not sent, where it does not compile", () => {
    expect(() => renderMessage(mail("{{ customer.nmae }}"), ADA, CONTEXT)).toThrow(expect.objectContaining({ code: "invalid" }));
  });
});

describe("an unknown variable", () => {
  it.each([
    ["{{ customer.emial }}", "customer.email"],
    ["{{ customer.first_order_at }}", "customer.firstOrderAt"],
    ["{{ name }}", "customer.name"],
    ["{{ customer.plan }}", "customer.attributes.plan"],
    ["{{ plan }}", "customer.attributes.plan"],
    ["{{ customer.attributes }}", "customer.attributes.NAME"],
    ["{{ customer | json }}", "customer.name"],
    ["{{ customer[customer.attributes.which] }}", "customer."],
    ["{% if customer.vip %}x{% endif %}", "customer.attributes.vip"],
    ["{% unless false %}{% case customer.id %}{% when lvl %}{% endcase %}{% endunless %}", "customer.attributes.lvl"],
    ["{{ 'a' | append: suffix }}", "customer.attributes.suffix"],
    ["{% for i in (1..many) %}{% endfor %}", "customer.attributes.many"],
    ["{% for i in customer.tags limit: top %}{% endfor %}", "customer.attributes.top"],
    ["{{ customer.attributes[which] }}", "customer.attributes.which"],
    ["{% for tag in customer.tags %}{% endfor %}{{ tag }}", "customer.tags"],
    ["{% capture a %}{{ missing }}{% endcapture %}", "customer.attributes.missing"],
    ["{% liquid\necho secret %}", "customer.attributes.secret"],
    ["{{ customer.name.length.x }}", "customer.name"],
  ])("%s is refused with the nearest right name", (source, nearest) => {
    expect(faultOf(source)).toMatch(/ does not exist: did you mean /);
    expect(faultOf(source)).toContain(`did you mean ${nearest}`);
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
    ["a megabyte", "x".repeat(1_000_000), "at most 200000 characters"],
    ["an open tag", "{{".repeat(90_000), "not closed"],
  ])("with %s is refused within two seconds", (_name, source, fault) => {
    const start = performance.now();
    expect(faultOf(source)).toContain(fault);
    expect(performance.now() - start).toBeLessThan(2_000);
  });

  it.each([
    ["variables", "{{customer.name}}".repeat(11_000)],
    ["assignments", "{% assign a = customer.name %}".repeat(6_500)],
    ["lines", `{% liquid\n${"echo customer.name\n".repeat(9_000)}%}`],
  ])("of 200,000 characters of %s is compiled within two seconds", (_name, source) => {
    const start = performance.now();
    expect(faultOf(source)).toBe("");
    expect(performance.now() - start).toBeLessThan(2_000);
  });

  it("reaches nothing that is inherited", () => {
    const source =
      "[{{ customer.attributes.constructor }}{{ customer.attributes.__proto__ }}{{ customer.tags | map: 'constructor' }}]";
    expect(bodyFor(source)).toBe("[]");
  });

  it("that is only slow on a customer's data fails that rendering as invalid", () => {
    const source = "{% for i in (1..customer.visitCount) %}{% for j in (1..customer.visitCount) %}x{% endfor %}{% endfor %}";
    expect(bodyFor(source, { ...ADA, visitCount: 2 })).toBe("xxxx");
    expect(() => bodyFor(source, { ...ADA, visitCount: 1e9 })).toThrow(CrmError);
    expect(() => bodyFor(source, { ...ADA, visitCount: 1e9 })).toThrow(expect.objectContaining({ code: "invalid" }));
  });

  it("does not keep what one rendering assigned for the next", () => {
    const source = "{{ customer.id }}{% if seen %}again{% endif %}{% assign seen = true %}";
    expect(faultOf(source)).toContain("seen does not exist");
    const counter = "{% increment n %}{{ customer.id }}";
    expect([bodyFor(counter), bodyFor(counter)]).toEqual(["0c-1", "0c-1"]);
  });
});
