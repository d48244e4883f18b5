-- The legacy shop: what people really have. Status letters, money in cents, dates as yyyymmdd integers,
-- blank-padded codes, soft-delete flags, a store number as tenant, and a web shop that somebody else put beside it.
-- Nobody may change it any more.

CREATE TABLE public.customers (
  id         bigint PRIMARY KEY,
  store_no   integer NOT NULL,
  name       varchar(80) NOT NULL,
  email      varchar(120),
  phone      varchar(30),
  country    char(2) NOT NULL,
  birth_dt   integer,
  reg_dt     integer NOT NULL,
  del_flg    char(1) NOT NULL DEFAULT 'N' CHECK (del_flg IN ('N', 'Y')),
  touched_at timestamp NOT NULL
);

CREATE TABLE public.products (
  sku         char(6) PRIMARY KEY,
  name        varchar(60) NOT NULL,
  price_cents bigint NOT NULL,
  active      boolean NOT NULL DEFAULT true
);

CREATE TABLE public.orders (
  id          bigint PRIMARY KEY,
  store_no    integer NOT NULL,
  customer_id bigint NOT NULL REFERENCES public.customers (id),
  status      char(1) NOT NULL CHECK (status IN ('N', 'P', 'S', 'X')),
  total_cents bigint NOT NULL,
  curr_cd     char(3) NOT NULL,
  order_dt    integer NOT NULL,
  ship_dt     integer,
  carrier_cd  varchar(8),
  discount    numeric(5, 2),
  cancel_cd   smallint,
  notes       text,
  created_at  timestamp NOT NULL,
  touched_at  timestamp NOT NULL
);

CREATE TABLE public.order_lines (
  order_id    bigint NOT NULL REFERENCES public.orders (id) ON DELETE CASCADE,
  line_no     integer NOT NULL,
  sku         char(6) NOT NULL REFERENCES public.products (sku),
  qty         integer NOT NULL,
  price_cents bigint NOT NULL,
  PRIMARY KEY (order_id, line_no)
);

CREATE TABLE public.payments (
  id           bigint PRIMARY KEY,
  order_id     bigint NOT NULL REFERENCES public.orders (id) ON DELETE CASCADE,
  method       smallint NOT NULL,
  amount_cents bigint NOT NULL,
  paid_at      timestamptz NOT NULL
);

CREATE TABLE public.shipments (
  id         bigint PRIMARY KEY,
  order_id   bigint NOT NULL REFERENCES public.orders (id) ON DELETE CASCADE,
  carrier_cd varchar(8) NOT NULL,
  weight     real,
  shipped_at timestamptz NOT NULL
);

-- The web shop of the same company, by other hands: it knows neither transactions nor foreign keys. An order is there
-- before its lines, its status is 0 until the last step of the check-out, and each statement is committed by itself.
CREATE TABLE public.web_orders (
  order_id    bigint PRIMARY KEY,
  -- null: a guest.
  customer_id bigint,
  status      smallint NOT NULL,
  touched_at  timestamp NOT NULL
);

CREATE TABLE public.web_order_lines (
  order_id    bigint NOT NULL,
  line_no     integer NOT NULL,
  sku         char(6) NOT NULL,
  qty         integer NOT NULL,
  shipped_qty integer NOT NULL,
  price_cents bigint NOT NULL,
  PRIMARY KEY (order_id, line_no)
);

-- Written a moment after the status of the order, and not for every change of it.
CREATE TABLE public.web_order_history (
  entry_id bigint PRIMARY KEY,
  order_id bigint NOT NULL,
  status   smallint NOT NULL,
  noted_at timestamp NOT NULL
);

-- What falsework adds to a legacy database: a row that the connector touches, so that a quiet database moves on.
CREATE TABLE public.falsework_heartbeat (
  id      integer PRIMARY KEY,
  beat_at timestamptz NOT NULL
);

-- Rows by which the connector is asked for snapshots of single tables, and the marks that it writes for itself then.
CREATE TABLE public.falsework_signals (
  id   varchar(64) PRIMARY KEY,
  type varchar(32) NOT NULL,
  data text
);

-- Who may write in each scope of a mapping (falsework migrate guard), and marks of what is brought back.
CREATE TABLE public.falsework_fence (
  mapping text COLLATE "C" NOT NULL,
  scope   text COLLATE "C" NOT NULL,
  owner   text NOT NULL CHECK (owner IN ('legacy', 'native')),
  epoch   bigint NOT NULL,
  PRIMARY KEY (mapping, scope)
);
CREATE TABLE public.falsework_sync (
  epoch bigint NOT NULL,
  seq   bigint NOT NULL,
  PRIMARY KEY (epoch, seq)
);

-- Who brings back what the new service has written: the guard lets it pass. Roles are of the whole server.
DO $$ BEGIN CREATE ROLE falsework_sync LOGIN PASSWORD 'falsework_sync';
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$;
GRANT SELECT, INSERT, UPDATE, DELETE ON public.orders, public.order_lines, public.payments, public.shipments
  TO falsework_sync;
GRANT SELECT, INSERT ON public.falsework_sync TO falsework_sync;

CREATE PUBLICATION falsework_shop FOR TABLE
  public.customers, public.products, public.orders, public.order_lines, public.payments, public.shipments,
  public.web_orders, public.web_order_lines, public.web_order_history, public.falsework_heartbeat,
  public.falsework_signals, public.falsework_fence, public.falsework_sync;

-- What the old application expects to be published, written in the transaction that makes it so. Not captured:
-- the story is verified against it, and falsework must not see it.
CREATE SCHEMA audit;

-- One row for each transaction that committed: it also answers whether one did whose reply got lost.
CREATE TABLE audit.transactions (
  id   bigint PRIMARY KEY,
  kind text NOT NULL,
  -- Row changes of captured tables, those that a cascade makes included.
  rows integer NOT NULL
);

CREATE TABLE audit.expected_events (
  -- null: of a row that the snapshot finds, which comes before everything that happens to it.
  transaction_id bigint REFERENCES audit.transactions (id),
  topic          text NOT NULL,
  -- Full name of the contract's record, which is the event's ce_type.
  type           text NOT NULL,
  key            text NOT NULL,
  -- Order of the events of one key, from 1, in commit order: no two open transactions touch the row that it names.
  key_seq        bigint NOT NULL,
  subject        text NOT NULL,
  -- RFC 3339; null where the time is that of the commit, which the application does not know.
  event_time     text,
  -- Every field of the contract: decimals as texts, dates in ISO 8601, instants in RFC 3339, what is absent as null.
  fields         jsonb NOT NULL,
  PRIMARY KEY (topic, key, key_seq)
);

-- Inputs that no rule can translate: the shop has bad data, as every shop has.
CREATE TABLE audit.expected_dead_letters (
  transaction_id bigint NOT NULL REFERENCES audit.transactions (id),
  place          integer NOT NULL,
  mapping        text NOT NULL,
  rule           text NOT NULL,
  error_class    text NOT NULL,
  PRIMARY KEY (transaction_id, place)
);
