-- The call centre and the warehouse of the same company, on MariaDB: blank-padded codes, days as yyyymmdd integers with 0
-- and 99999999 for "unknown", zero dates, flags in a SET, a status in an ENUM, counts that may be NULL.
-- Nobody may change it any more.

CREATE DATABASE crm CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci;
CREATE DATABASE wms CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci;

CREATE TABLE crm.cust_mast (
  cust_no    char(8) NOT NULL PRIMARY KEY,
  name       varchar(60) CHARACTER SET latin1 NOT NULL,
  street     varchar(60),
  zip        varchar(10),
  city       char(30),
  email      varchar(120),
  phone      varchar(30),
  nl_opt     tinyint(1) NOT NULL DEFAULT 0,
  birth_dt   int unsigned NOT NULL DEFAULT 0,
  reg_dt     int unsigned NOT NULL,
  credit     decimal(10,2) NOT NULL DEFAULT 0,
  last_call  datetime,
  del_flg    enum('N','Y') NOT NULL DEFAULT 'N',
  touched_at timestamp(3) NOT NULL DEFAULT current_timestamp(3)
);

CREATE TABLE wms.product (
  prod_no int unsigned NOT NULL PRIMARY KEY,
  sku     char(10) NOT NULL,
  name    varchar(60) NOT NULL,
  ean     bigint unsigned,
  UNIQUE KEY (sku)
);

CREATE TABLE wms.stock_lvl (
  prod_no     int unsigned NOT NULL,
  whse        char(2) NOT NULL,
  qty_on_hand int,
  flags       set('counted','blocked','returns') NOT NULL DEFAULT '',
  PRIMARY KEY (prod_no, whse),
  FOREIGN KEY (prod_no) REFERENCES wms.product (prod_no) ON DELETE CASCADE
);

CREATE TABLE wms.stock_mov (
  move_no   bigint unsigned NOT NULL PRIMARY KEY,
  prod_no   int unsigned NOT NULL,
  whse      char(2) NOT NULL,
  qty       smallint NOT NULL,
  reason_cd char(4) NOT NULL,
  moved_at  timestamp(3) NOT NULL DEFAULT current_timestamp(3)
);

-- What falsework adds to a legacy database: a row that the connector touches, so that a quiet database moves on, and the
-- rows by which the connector is asked for snapshots of single tables.
CREATE TABLE crm.falsework_heartbeat (
  id      int PRIMARY KEY,
  beat_at timestamp(3) NOT NULL
);
CREATE TABLE crm.falsework_signals (
  id   varchar(64) PRIMARY KEY,
  type varchar(32) NOT NULL,
  data varchar(2048)
);

-- What the old application expects to be published, written in the transaction that makes it so. Not captured:
-- the story is verified against it, and falsework must not see it.
CREATE DATABASE audit CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- One row for each transaction that committed: it also answers whether one did whose reply got lost.
CREATE TABLE audit.transactions (
  id   bigint PRIMARY KEY,
  kind varchar(60) NOT NULL
);

CREATE TABLE audit.expected_events (
  -- null: of a row that the snapshot finds.
  transaction_id bigint,
  topic      varchar(60) NOT NULL,
  type       varchar(120) NOT NULL,
  `key`      varchar(60) NOT NULL,
  -- Order of the events of one key, from 1: one session alone writes the rows that a key names.
  key_seq    bigint NOT NULL,
  subject    varchar(60) NOT NULL,
  -- RFC 3339; null where the time is that of the commit, which the application does not know.
  event_time varchar(40),
  -- Every field of the contract: decimals as texts, dates in ISO 8601, instants in RFC 3339, what is absent as null.
  fields     longtext NOT NULL,
  PRIMARY KEY (topic, `key`, key_seq)
);

CREATE TABLE audit.expected_dead_letters (
  transaction_id bigint NOT NULL,
  place          int NOT NULL,
  mapping        varchar(60) NOT NULL,
  rule           varchar(60) NOT NULL,
  error_class    varchar(60) NOT NULL,
  PRIMARY KEY (transaction_id, place)
);
