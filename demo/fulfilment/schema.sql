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

-- Events in the order in which they are published: who writes has locked `progress`, so sequences grow with commits.
CREATE TABLE fulfilment.outbox (
  sequence bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  id       uuid NOT NULL DEFAULT gen_random_uuid(),
  event    text NOT NULL,
  key      text NOT NULL,
  -- The event as it is handed to the publisher, without its id.
  body     jsonb NOT NULL
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
