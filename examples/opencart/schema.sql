-- Part of OpenCart 4's schema: tables and columns that matter to this project, without those that a web page alone needs.
-- There is not one foreign key, every text is compared without case, and a date that nobody knows is 0000-00-00.

CREATE DATABASE opencart CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci;
USE opencart;

CREATE TABLE oc_language (
  language_id int(11) NOT NULL AUTO_INCREMENT PRIMARY KEY,
  name        varchar(32) NOT NULL,
  code        varchar(5) NOT NULL,
  status      tinyint(1) NOT NULL
);

CREATE TABLE oc_country (
  country_id int(11) NOT NULL AUTO_INCREMENT PRIMARY KEY,
  name       varchar(128) NOT NULL,
  iso_code_2 varchar(2) NOT NULL,
  status     tinyint(1) NOT NULL DEFAULT 1
);

CREATE TABLE oc_customer (
  customer_id       int(11) NOT NULL AUTO_INCREMENT PRIMARY KEY,
  customer_group_id int(11) NOT NULL,
  store_id          int(11) NOT NULL DEFAULT 0,
  language_id       int(11) NOT NULL,
  firstname         varchar(32) NOT NULL,
  lastname          varchar(32) NOT NULL,
  email             varchar(96) NOT NULL,
  telephone         varchar(32) NOT NULL,
  password          varchar(255) NOT NULL,
  custom_field      text NOT NULL,
  newsletter        tinyint(1) NOT NULL DEFAULT 0,
  ip                varchar(40) NOT NULL,
  status            tinyint(1) NOT NULL,
  safe              tinyint(1) NOT NULL,
  date_added        datetime NOT NULL,
  KEY email (email)
);

CREATE TABLE oc_address (
  address_id   int(11) NOT NULL AUTO_INCREMENT PRIMARY KEY,
  customer_id  int(11) NOT NULL,
  firstname    varchar(32) NOT NULL,
  lastname     varchar(32) NOT NULL,
  company      varchar(60) NOT NULL,
  address_1    varchar(128) NOT NULL,
  address_2    varchar(128) NOT NULL,
  city         varchar(128) NOT NULL,
  postcode     varchar(10) NOT NULL,
  country_id   int(11) NOT NULL DEFAULT 0,
  zone_id      int(11) NOT NULL DEFAULT 0,
  custom_field text NOT NULL,
  `default`    tinyint(1) NOT NULL,
  KEY customer_id (customer_id)
);

CREATE TABLE oc_product (
  product_id      int(11) NOT NULL AUTO_INCREMENT PRIMARY KEY,
  model           varchar(64) NOT NULL,
  sku             varchar(64) NOT NULL,
  quantity        int(4) NOT NULL DEFAULT 0,
  stock_status_id int(11) NOT NULL,
  price           decimal(15,4) NOT NULL DEFAULT 0.0000,
  date_available  date NOT NULL,
  weight          decimal(15,8) NOT NULL DEFAULT 0.00000000,
  subtract        tinyint(1) NOT NULL DEFAULT 1,
  minimum         int(11) NOT NULL DEFAULT 1,
  status          tinyint(1) NOT NULL DEFAULT 0,
  date_added      datetime NOT NULL,
  date_modified   datetime NOT NULL
);

CREATE TABLE oc_product_description (
  product_id  int(11) NOT NULL,
  language_id int(11) NOT NULL,
  name        varchar(255) NOT NULL,
  description text NOT NULL,
  meta_title  varchar(255) NOT NULL,
  PRIMARY KEY (product_id, language_id),
  KEY name (name)
);

CREATE TABLE oc_order_status (
  order_status_id int(11) NOT NULL AUTO_INCREMENT,
  language_id     int(11) NOT NULL,
  name            varchar(32) NOT NULL,
  PRIMARY KEY (order_status_id, language_id)
);

CREATE TABLE oc_order (
  order_id            int(11) NOT NULL AUTO_INCREMENT PRIMARY KEY,
  invoice_no          int(11) NOT NULL DEFAULT 0,
  invoice_prefix      varchar(26) NOT NULL,
  store_id            int(11) NOT NULL DEFAULT 0,
  customer_id         int(11) NOT NULL DEFAULT 0,
  customer_group_id   int(11) NOT NULL DEFAULT 0,
  firstname           varchar(32) NOT NULL,
  lastname            varchar(32) NOT NULL,
  email               varchar(96) NOT NULL,
  telephone           varchar(32) NOT NULL,
  shipping_city       varchar(128) NOT NULL,
  shipping_postcode   varchar(10) NOT NULL,
  shipping_country_id int(11) NOT NULL,
  -- JSON, as of version 4.0.2.
  payment_method      text NOT NULL,
  comment             text NOT NULL,
  total               decimal(15,4) NOT NULL DEFAULT 0.0000,
  order_status_id     int(11) NOT NULL DEFAULT 0,
  language_id         int(11) NOT NULL,
  currency_code       varchar(3) NOT NULL,
  currency_value      decimal(15,8) NOT NULL DEFAULT 1.00000000,
  ip                  varchar(40) NOT NULL,
  date_added          datetime NOT NULL,
  date_modified       datetime NOT NULL
);

CREATE TABLE oc_order_product (
  order_product_id int(11) NOT NULL AUTO_INCREMENT PRIMARY KEY,
  order_id         int(11) NOT NULL,
  product_id       int(11) NOT NULL,
  name             varchar(255) NOT NULL,
  model            varchar(64) NOT NULL,
  quantity         int(4) NOT NULL,
  price            decimal(15,4) NOT NULL DEFAULT 0.0000,
  total            decimal(15,4) NOT NULL DEFAULT 0.0000,
  tax              decimal(15,4) NOT NULL DEFAULT 0.0000,
  reward           int(8) NOT NULL,
  KEY order_id (order_id)
);

CREATE TABLE oc_order_total (
  order_total_id int(10) NOT NULL AUTO_INCREMENT PRIMARY KEY,
  order_id       int(11) NOT NULL,
  extension      varchar(255) NOT NULL,
  code           varchar(32) NOT NULL,
  title          varchar(255) NOT NULL,
  value          decimal(15,4) NOT NULL DEFAULT 0.0000,
  sort_order     int(3) NOT NULL,
  KEY order_id (order_id)
);

CREATE TABLE oc_order_history (
  order_history_id int(11) NOT NULL AUTO_INCREMENT PRIMARY KEY,
  order_id         int(11) NOT NULL,
  order_status_id  int(11) NOT NULL,
  notify           tinyint(1) NOT NULL DEFAULT 0,
  comment          text NOT NULL,
  date_added       datetime NOT NULL
);

CREATE TABLE oc_return_reason (
  return_reason_id int(11) NOT NULL AUTO_INCREMENT,
  language_id      int(11) NOT NULL DEFAULT 0,
  name             varchar(128) NOT NULL,
  PRIMARY KEY (return_reason_id, language_id)
);

CREATE TABLE oc_return (
  return_id        int(11) NOT NULL AUTO_INCREMENT PRIMARY KEY,
  order_id         int(11) NOT NULL,
  product_id       int(11) NOT NULL,
  customer_id      int(11) NOT NULL,
  firstname        varchar(32) NOT NULL,
  lastname         varchar(32) NOT NULL,
  email            varchar(96) NOT NULL,
  telephone        varchar(32) NOT NULL,
  product          varchar(255) NOT NULL,
  model            varchar(64) NOT NULL,
  quantity         int(4) NOT NULL,
  opened           tinyint(1) NOT NULL,
  return_reason_id int(11) NOT NULL,
  return_action_id int(11) NOT NULL,
  return_status_id int(11) NOT NULL,
  comment          text,
  date_ordered     date NOT NULL,
  date_added       datetime NOT NULL,
  date_modified    datetime NOT NULL
);

CREATE TABLE oc_customer_reward (
  customer_reward_id int(11) NOT NULL AUTO_INCREMENT PRIMARY KEY,
  customer_id        int(11) NOT NULL DEFAULT 0,
  order_id           int(11) NOT NULL DEFAULT 0,
  description        text NOT NULL,
  points             int(8) NOT NULL DEFAULT 0,
  date_added         datetime NOT NULL
);

-- What falsework adds: a row that the connector touches, so that a quiet database moves on, and the rows by which the
-- connector is asked for snapshots of single tables.
CREATE TABLE falsework_heartbeat (
  id      int PRIMARY KEY,
  beat_at timestamp(3) NOT NULL
);
CREATE TABLE falsework_signals (
  id   varchar(64) PRIMARY KEY,
  type varchar(32) NOT NULL,
  data varchar(2048)
);

-- What the workload expects to be published. Not captured: falsework must not see it.
CREATE DATABASE opencart_expected CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE opencart_expected.events (
  sequence bigint NOT NULL AUTO_INCREMENT PRIMARY KEY,
  topic    varchar(60) NOT NULL,
  -- Name of the contract; null for a tombstone.
  type     varchar(60),
  `key`    varchar(60) NOT NULL,
  fields   longtext NOT NULL
);
