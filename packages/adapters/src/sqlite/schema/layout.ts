import { otherLayout } from "../../other-layout.js";
import { addListed, listedColumns } from "./listed-columns.js";
import type { Operations } from "./operations.js";
import type { Scope, Tables } from "./scope.js";

/** Raised by every change to the tables after which older files can't be used as they are. */
const LAYOUT = 10;

export const layout = { reads: { version: ({ db }) => db.version }, writes: { ensure } } satisfies Operations;

/**
 * Makes a namespace's tables where there are none. It runs inside one write transaction, so any number of processes may start
 * at once: one makes the tables, the others find them made. Tables of another layout are refused, and left as they are.
 */
export function ensure({ db, tables }: Scope): void {
  if (db.get("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?", tables.schema)) {
    const found = Number(db.get(`SELECT max(version) AS version FROM ${tables.schema}`)?.version);
    if (found !== LAYOUT) throw otherLayout(found, LAYOUT);
  } else {
    db.exec(createTables(tables));
    db.run(`INSERT INTO ${tables.schema} (version) VALUES (?)`, LAYOUT);
  }
  addListed({ db, tables });
}

/**
 * Times are milliseconds, money is minor units, JSON is text. `*_folded` is null where folding changes nothing, but for names of campaigns.
 * A part has identities (JSON) until it has its fates. An erased customer is a row with nothing but its id and `erased_stamp`; its
 * orders refer to another such row, whose id has the stamp behind it (`former-orders.ts`).
 */
function createTables(t: Tables): string {
  return `
    CREATE TABLE ${t.schema} (version INTEGER NOT NULL) STRICT;
    CREATE TABLE ${t.customers} (
      num INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, erased INTEGER NOT NULL DEFAULT 0, erased_stamp INTEGER, id_folded TEXT,
      sample_hash INTEGER NOT NULL,
      name TEXT, name_folded TEXT,
      time_zone TEXT, time_zone_folded TEXT, tags TEXT NOT NULL, visit_count INTEGER NOT NULL, last_visit_at INTEGER,
      ${listedColumns("customers")}, created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL,
      order_count INTEGER NOT NULL DEFAULT 0, total_spend INTEGER NOT NULL DEFAULT 0, first_order_at INTEGER, last_order_at INTEGER,
      first_stamp INTEGER NOT NULL, stamp INTEGER NOT NULL, changed_stamp INTEGER NOT NULL, consent TEXT NOT NULL, cleared TEXT NOT NULL, attributes TEXT NOT NULL,
      order_rows INTEGER NOT NULL DEFAULT 0, order_amounts INTEGER NOT NULL DEFAULT 0, order_blocks TEXT
    ) STRICT;
    CREATE INDEX ${t.customers}_email ON ${t.customers} (email, id) WHERE email IS NOT NULL;
    CREATE INDEX ${t.customers}_phone ON ${t.customers} (phone, id) WHERE phone IS NOT NULL;
    CREATE INDEX ${t.customers}_erased ON ${t.customers} (num) WHERE erased = 1;
    CREATE INDEX ${t.customers}_sample ON ${t.customers} (sample_hash);

    CREATE TABLE ${t.search_terms} (
      term TEXT NOT NULL, customer_id TEXT NOT NULL, PRIMARY KEY (term, customer_id)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE ${t.attributes} (
      customer INTEGER NOT NULL, name TEXT NOT NULL, kind TEXT NOT NULL, text TEXT, folded TEXT, number REAL, instant INTEGER, wall_clock TEXT,
      PRIMARY KEY (name, customer)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE ${t.orders} (
      num INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, id_folded TEXT, customer INTEGER NOT NULL, block INTEGER NOT NULL, type TEXT NOT NULL,
      status TEXT NOT NULL, amount INTEGER NOT NULL, currency TEXT NOT NULL, placed_at INTEGER NOT NULL,
      first_stamp INTEGER NOT NULL, stamp INTEGER NOT NULL, changed_stamp INTEGER NOT NULL,
      channel TEXT, channel_folded TEXT, items TEXT NOT NULL, batch_id TEXT, batch_row INTEGER
    ) STRICT;
    CREATE INDEX ${t.orders}_customer ON ${t.orders} (customer, placed_at, id, type, status, amount);
    CREATE INDEX ${t.orders}_block ON ${t.orders} (customer, block, type, status, amount, placed_at);
    CREATE INDEX ${t.orders}_placed ON ${t.orders} (placed_at, id, customer, type, status, amount);
    CREATE INDEX ${t.orders}_channel ON ${t.orders} (channel, placed_at, id) WHERE channel IS NOT NULL;
    CREATE INDEX ${t.orders}_batch ON ${t.orders} (batch_id, placed_at, id) WHERE batch_id IS NOT NULL;
    CREATE INDEX ${t.orders}_refunds ON ${t.orders} (placed_at, id) WHERE type = 'refund';
    CREATE INDEX ${t.orders}_cancelled ON ${t.orders} (placed_at, id) WHERE status = 'cancelled';
    CREATE TABLE ${t.products} (
      num INTEGER PRIMARY KEY, sku TEXT NOT NULL, sku_folded TEXT, name TEXT, name_folded TEXT, category TEXT, category_folded TEXT
    ) STRICT;
    CREATE INDEX ${t.products}_sku ON ${t.products} (sku, name, category);
    CREATE TABLE ${t.items} (
      order_num INTEGER NOT NULL, line INTEGER NOT NULL, product INTEGER NOT NULL, quantity REAL NOT NULL, price REAL NOT NULL,
      placed_at INTEGER NOT NULL, PRIMARY KEY (order_num, line)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX ${t.items}_product ON ${t.items} (product, order_num);
    CREATE INDEX ${t.items}_placed ON ${t.items} (product, placed_at);

    CREATE TABLE ${t.maps} (id TEXT NOT NULL PRIMARY KEY, version INTEGER NOT NULL, document TEXT NOT NULL) STRICT;
    CREATE TABLE ${t.segments} (id TEXT NOT NULL PRIMARY KEY, version INTEGER NOT NULL, document TEXT NOT NULL) STRICT;
    CREATE TABLE ${t.campaigns} (
      id TEXT NOT NULL PRIMARY KEY, version INTEGER NOT NULL, status TEXT NOT NULL, unsettled INTEGER NOT NULL,
      scheduled_at INTEGER, archived INTEGER NOT NULL, name_folded TEXT NOT NULL, document TEXT NOT NULL
    ) STRICT;
    CREATE INDEX ${t.campaigns}_listed ON ${t.campaigns} (archived, id, name_folded);
    CREATE INDEX ${t.campaigns}_listed_status ON ${t.campaigns} (archived, status, id, name_folded);
    CREATE INDEX ${t.campaigns}_status ON ${t.campaigns} (status, id);
    CREATE INDEX ${t.campaigns}_scheduled ON ${t.campaigns} (scheduled_at, id) WHERE scheduled_at IS NOT NULL;
    CREATE INDEX ${t.campaigns}_unsettled ON ${t.campaigns} (id) WHERE unsettled = 1;

    CREATE TABLE ${t.communications} (
      campaign_id TEXT NOT NULL, customer_id TEXT NOT NULL, channel TEXT NOT NULL, status TEXT NOT NULL, reason TEXT, address TEXT, address_hash TEXT,
      generation INTEGER NOT NULL, reopening INTEGER NOT NULL, attempts INTEGER NOT NULL, first_call_at INTEGER,
      handed_over_at INTEGER, handed_over_epoch INTEGER, earlier_hand_overs TEXT, waited_until INTEGER,
      epoch INTEGER NOT NULL, calling INTEGER NOT NULL,
      lease_until INTEGER, vendor_message_id TEXT, planned_at INTEGER NOT NULL, due_at INTEGER NOT NULL, updated_at INTEGER NOT NULL,
      ${listedColumns("communications")},
      PRIMARY KEY (campaign_id, customer_id)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX ${t.communications}_pending ON ${t.communications} (campaign_id, due_at) WHERE status = 'pending';
    CREATE INDEX ${t.communications}_customer ON ${t.communications} (customer_id);
    CREATE INDEX ${t.communications}_claimed ON ${t.communications} (lease_until) WHERE status = 'claimed';
    CREATE TABLE ${t.addresses} (
      campaign_id TEXT NOT NULL, hash TEXT NOT NULL, customer_id TEXT NOT NULL, epoch INTEGER NOT NULL, PRIMARY KEY (campaign_id, hash)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE ${t.batches} (
      id TEXT NOT NULL PRIMARY KEY, kind TEXT NOT NULL, created_at INTEGER NOT NULL, received INTEGER, truncated INTEGER,
      queued INTEGER NOT NULL, touched_at INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX ${t.batches}_created ON ${t.batches} (created_at, id);
    CREATE INDEX ${t.batches}_unsealed ON ${t.batches} (touched_at) WHERE received IS NULL;
    CREATE TABLE ${t.parts} (
      batch_id TEXT NOT NULL, part INTEGER NOT NULL, identities TEXT, rejected INTEGER, added INTEGER, changed INTEGER, unchanged INTEGER,
      PRIMARY KEY (batch_id, part)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE ${t.rejections} (
      batch_id TEXT NOT NULL, row INTEGER NOT NULL, part INTEGER NOT NULL, position INTEGER NOT NULL, line INTEGER, path TEXT NOT NULL, message TEXT NOT NULL,
      PRIMARY KEY (batch_id, row, part, position)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE ${t.suppressions} (
      channel TEXT NOT NULL, hash TEXT NOT NULL, version INTEGER NOT NULL, suppressed INTEGER NOT NULL, evidence TEXT NOT NULL,
      PRIMARY KEY (channel, hash)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX ${t.suppressions}_suppressed ON ${t.suppressions} (channel, hash) WHERE suppressed = 1;

    CREATE TABLE ${t.erasures} (
      customer_id TEXT NOT NULL PRIMARY KEY, stamp INTEGER NOT NULL, requested_at INTEGER NOT NULL, addresses TEXT NOT NULL, marks TEXT,
      completed_at INTEGER
    ) STRICT;
    CREATE INDEX ${t.erasures}_running ON ${t.erasures} (stamp) WHERE completed_at IS NULL;
    CREATE TABLE ${t.erased_addresses} (
      hash TEXT NOT NULL, stamp INTEGER NOT NULL, customer_id TEXT NOT NULL, PRIMARY KEY (hash, stamp, customer_id)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE ${t.heartbeats} (id TEXT NOT NULL PRIMARY KEY, seen_at INTEGER NOT NULL, document TEXT NOT NULL) STRICT;
    CREATE TABLE ${t.figures} (key TEXT NOT NULL PRIMARY KEY, epoch INTEGER NOT NULL, value TEXT NOT NULL) STRICT;
    CREATE TABLE ${t.figure_versions} (subject TEXT NOT NULL PRIMARY KEY, version INTEGER NOT NULL) STRICT, WITHOUT ROWID;
    CREATE TABLE ${t.stale_marks} (num INTEGER PRIMARY KEY AUTOINCREMENT, left_at INTEGER NOT NULL, hours TEXT NOT NULL) STRICT;
    CREATE TABLE ${t.settings} (name TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL) STRICT;
    CREATE TABLE ${t.leases} (name TEXT NOT NULL PRIMARY KEY, epoch INTEGER NOT NULL, held_until INTEGER NOT NULL) STRICT;
    CREATE TABLE ${t.rates} (name TEXT NOT NULL PRIMARY KEY, tokens REAL NOT NULL, at INTEGER NOT NULL) STRICT;
    CREATE TABLE ${t.lowered_rates} (
      name TEXT NOT NULL PRIMARY KEY, per_second REAL NOT NULL, rate_before REAL NOT NULL, lowered_at INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE ${t.outcomes} (name TEXT NOT NULL PRIMARY KEY, window INTEGER NOT NULL, latest TEXT NOT NULL) STRICT;
    CREATE TABLE ${t.idempotency} (
      key TEXT NOT NULL PRIMARY KEY, body_hash TEXT, answer TEXT,
      started_at INTEGER NOT NULL, held_until INTEGER NOT NULL, expires_at INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX ${t.idempotency}_expiry ON ${t.idempotency} (expires_at);

    CREATE TABLE ${t.messages} (
      seq INTEGER PRIMARY KEY AUTOINCREMENT, topic TEXT NOT NULL, visible_at INTEGER NOT NULL, leased INTEGER NOT NULL,
      created_at INTEGER NOT NULL, attempts INTEGER NOT NULL, deaths INTEGER NOT NULL, deliveries INTEGER NOT NULL,
      id TEXT NOT NULL, body TEXT NOT NULL
    ) STRICT;
    CREATE INDEX ${t.messages}_visible ON ${t.messages} (topic, visible_at, leased, created_at);
    CREATE TABLE ${t.dead_letters} (
      seq INTEGER PRIMARY KEY AUTOINCREMENT, topic TEXT NOT NULL, dead_at INTEGER NOT NULL, attempts INTEGER NOT NULL,
      reason TEXT NOT NULL, id TEXT NOT NULL, body TEXT NOT NULL
    ) STRICT;
    CREATE INDEX ${t.dead_letters}_topic ON ${t.dead_letters} (topic);
    CREATE INDEX ${t.dead_letters}_id ON ${t.dead_letters} (id);`;
}
