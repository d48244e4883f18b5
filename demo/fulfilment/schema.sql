-- The fulfilment service's own database. Orders are written whole, by one writer; amounts are in cents.
CREATE SCHEMA fulfilment;

CREATE TABLE fulfilment.orders (
  id            text PRIMARY KEY,
  store         integer NOT NULL,
  buyer         text NOT NULL,
  state         text NOT NULL CHECK (state IN ('open', 'paid', 'dispatched', 'cancelled')),
  total         bigint NOT NULL,
  currency      text NOT NULL,
  -- Hundredths of a percent.
  discount      integer,
  -- null: the legacy shop has a day that does not exist.
  ordered_on    date,
  ordered_at    timestamptz NOT NULL,
  changed_at    timestamptz NOT NULL,
  carrier       text,
  dispatched_on date,
  cancel_reason text,
  note          text
);

-- Parts refer to orders without a foreign key: the first snapshot shows tables one after another.
CREATE TABLE fulfilment.lines (
  order_id   text NOT NULL,
  number     integer NOT NULL,
  sku        text NOT NULL,
  quantity   integer NOT NULL,
  unit_price bigint NOT NULL,
  PRIMARY KEY (order_id, number)
);

CREATE TABLE fulfilment.payments (
  id       text PRIMARY KEY,
  order_id text NOT NULL,
  method   text NOT NULL,
  amount   bigint NOT NULL,
  paid_at  timestamptz NOT NULL
);
CREATE INDEX ON fulfilment.payments (order_id);

CREATE TABLE fulfilment.parcels (
  id             text PRIMARY KEY,
  order_id       text NOT NULL,
  carrier        text NOT NULL,
  weight_kg      real,
  handed_over_at timestamptz NOT NULL
);
CREATE INDEX ON fulfilment.parcels (order_id);

-- Stores that the service has worked for itself, by the epoch under which it owned them.
CREATE TABLE fulfilment.owned (
  store       integer NOT NULL,
  epoch       bigint NOT NULL,
  -- The epoch in which the store was somebody else's, and nothing of it was left that is not published; null: it is ours.
  handed_back bigint,
  PRIMARY KEY (store, epoch)
);

-- What it has done itself, one row for each transaction of its own; numbers are never given twice.
CREATE SEQUENCE fulfilment.own_numbers;
CREATE TABLE fulfilment.own_work (
  number   bigint PRIMARY KEY,
  store    integer NOT NULL,
  epoch    bigint NOT NULL,
  order_id text NOT NULL,
  -- All rows of the order as they were: what was never published is taken back.
  before   jsonb NOT NULL,
  FOREIGN KEY (store, epoch) REFERENCES fulfilment.owned
);

-- Events in the order in which they are published: who writes has locked `progress`, so sequences grow with commits.
CREATE TABLE fulfilment.outbox (
  sequence bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  -- null: it tells of what the legacy shop has done.
  own_number bigint REFERENCES fulfilment.own_work ON DELETE CASCADE,
  id       uuid NOT NULL DEFAULT gen_random_uuid(),
  event    text NOT NULL,
  key      text NOT NULL,
  -- The event as it is handed to the publisher, without its id.
  body     jsonb NOT NULL
);

CREATE INDEX ON fulfilment.outbox (own_number);
CREATE INDEX ON fulfilment.outbox (key);

-- The journal of what the service has done itself, for whoever checks the public topic: in the form of the contracts'
-- JSON (decimals as texts, days and instants in ISO 8601), written by hand and beside all that publishes.
CREATE TABLE fulfilment.facts (
  sequence      bigint PRIMARY KEY REFERENCES fulfilment.outbox ON DELETE CASCADE,
  topic         text NOT NULL,
  -- Full name of the contract's record.
  type          text NOT NULL,
  key           text NOT NULL,
  -- How many events of the legacy shop with this key came before it.
  legacy_before bigint NOT NULL,
  subject       text NOT NULL,
  event_time    text NOT NULL,
  fields        jsonb NOT NULL
);

-- The fences of the shop, as its log has shown them; scope '': every store that has none of its own.
CREATE TABLE fulfilment.fences (
  mapping text NOT NULL,
  scope   text NOT NULL,
  owner   text NOT NULL,
  epoch   bigint NOT NULL,
  PRIMARY KEY (mapping, scope)
);

-- Orders that could not be told about: an impossible day, no lines, a carrier that nobody knows.
CREATE TABLE fulfilment.set_aside (
  id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  order_id   text NOT NULL,
  reason     text NOT NULL,
  -- The raw offset behind the transaction.
  raw_offset bigint NOT NULL
);

-- One row: up to where the legacy shop has been followed, written with what came of it.
CREATE TABLE fulfilment.progress (
  id              integer PRIMARY KEY CHECK (id = 1),
  -- The next one to read.
  raw_offset      bigint NOT NULL,
  -- Where the last transaction ends in the log of the shop's database; null: only its snapshot has been read.
  legacy_position bigint
);
INSERT INTO fulfilment.progress VALUES (1, 0, NULL);
