import type { ErrorCodes } from '../error-code.ts'

/** Mistakes in mapping files: FW20xx are about the file, FW23xx about what it refers to. */
export const mappingCodes = {
  FW2001: {
    name: 'yaml-syntax',
    summary: 'A mapping file is not YAML.',
    remedy: 'Correct the file at the marked place.',
    disposition: 'stop',
  },
  FW2002: {
    name: 'yaml-feature',
    summary: 'A feature of YAML that means something else than it seems to.',
    remedy: 'Write the value out; anchors, merge keys, tags and several documents are not read.',
    disposition: 'stop',
  },
  FW2003: {
    name: 'unknown-key',
    summary: 'There is no such key at this place.',
    remedy: 'Correct the key, or delete it.',
    disposition: 'stop',
  },
  FW2004: {
    name: 'missing-key',
    summary: 'A key that must be there is missing.',
    remedy: 'Add the key that the message names.',
    disposition: 'stop',
  },
  FW2005: {
    name: 'wrong-shape',
    summary: 'A value is a map, a list or a scalar where something else is expected.',
    remedy: 'Write it as the message says.',
    disposition: 'stop',
  },
  FW2006: {
    name: 'unquoted-expression',
    summary: 'An expression without quotes: YAML cuts it at # and reads !, {, [ and : in its own way.',
    remedy: 'Put the expression into double quotes, as the message shows.',
    disposition: 'stop',
  },
  FW2007: {
    name: 'bad-value',
    summary: 'A value is not one of those that are allowed here.',
    remedy: 'Take one of the values that the message lists.',
    disposition: 'stop',
  },
  FW2008: {
    name: 'not-yet',
    summary: 'The format has this, but this version does not do it yet.',
    remedy: 'Do what the message says instead.',
    disposition: 'stop',
  },
  FW2009: {
    name: 'unread-file',
    summary: 'Something stands in a folder of the project and is not read, or is not there.',
    remedy: 'Name it, or give it, as the message says; or move it out of the folder.',
    disposition: 'stop',
  },
  FW2301: {
    name: 'unknown-table',
    summary: 'The catalog has no such table.',
    remedy: 'Correct the name, or run `falsework catalog pull`.',
    disposition: 'stop',
  },
  FW2302: {
    name: 'unknown-alias',
    summary: 'The mapping declares no such table.',
    remedy: 'Declare it under `tables`, or correct the name.',
    disposition: 'stop',
  },
  FW2303: {
    name: 'match-types',
    summary: 'The two sides of a match have different types.',
    remedy: 'Match columns of one type.',
    disposition: 'stop',
  },
  FW2304: {
    name: 'unknown-contract',
    summary: 'There is no contract for this event and version.',
    remedy: 'Write contracts/<Event>.v<version>.avsc, or correct the name.',
    disposition: 'stop',
  },
  FW2305: {
    name: 'unknown-field',
    summary: 'The contract has no such field.',
    remedy: 'Correct the name, or add the field to the contract.',
    disposition: 'stop',
  },
  FW2306: {
    name: 'unmapped-field',
    summary: 'A required field of the contract is not mapped.',
    remedy: 'Map it, or make it optional in the contract.',
    disposition: 'stop',
  },
  FW2307: {
    name: 'event-published-twice',
    summary: 'One event type and version is published by two mappings, or to two topics.',
    remedy: 'An event belongs to one mapping and one topic: its ids would collide otherwise.',
    disposition: 'stop',
  },
  FW2308: {
    name: 'changed-missing',
    summary: 'A rule on update does not say which columns it is about.',
    remedy: 'Add changed: [columns], or changed: any if it means any.',
    disposition: 'stop',
  },
  FW2309: {
    name: 'codes-incomplete',
    summary: 'A column may hold a code that its code table does not have.',
    remedy: 'Add the code, or say under `unknown` what becomes of it.',
    disposition: 'stop',
  },
  FW2310: {
    name: 'key-type',
    summary: 'A key, subject or time does not have the type that it must have.',
    remedy: 'A key and a subject are text that is never null, a time is a timestamp.',
    disposition: 'stop',
  },
  FW2312: {
    name: 'before-image',
    summary: 'A rule reads what a row was before, and neither the log nor the row store has it.',
    remedy:
      'Let the row store keep the rows of the table: take it out of rows.exclude in falsework.yaml. Where no key tells its rows apart: ALTER TABLE … REPLICA IDENTITY FULL, then falsework catalog pull.',
    disposition: 'stop',
  },
  FW2313: {
    name: 'name-taken',
    summary: 'A name is used for two things.',
    remedy: 'Rename one of them.',
    disposition: 'stop',
  },
  FW2315: {
    name: 'mutable-key',
    summary: 'The key of an event is made of a column that can change: later events of the row get another key.',
    remedy: 'Nothing, if order across the change does not matter; else use the columns of the primary key.',
    disposition: 'stop',
  },
  FW2316: {
    name: 'rows-not-told-apart',
    summary: 'A rule joins, groups or looks up rows of a table in which no key tells one row from all others.',
    remedy:
      'Give the table an immediate primary key and REPLICA IDENTITY FULL or DEFAULT, then falsework catalog pull; or anchor a rule on the table itself.',
    disposition: 'stop',
  },
  FW2317: {
    name: 'own-topic',
    summary: 'A mapping would publish into a topic that falsework keeps for its own records, or its raw logs.',
    remedy: 'Publish to another topic: none of falsework.… or raw.…, with the prefixes of the settings.',
    disposition: 'stop',
  },
  FW2318: {
    name: 'several-rows',
    summary: 'A look-up gives one row, and its key is not unique in the table.',
    remedy: 'Take a unique key of the table, or say how many rows there are: rows: 0..500.',
    disposition: 'stop',
  },
  FW2319: {
    name: 'looked-up-key',
    summary: 'The key of an event goes through a look-up: when the row there changes, later events get another key.',
    remedy: 'Nothing, if order across the change does not matter; else use columns of the row itself.',
    disposition: 'stop',
  },
  FW2320: {
    name: 'looked-up-tombstone',
    summary: 'The key of a tombstone goes through a look-up, and may not be that of the events that it deletes.',
    remedy: 'Use columns of the row itself.',
    disposition: 'stop',
  },
  FW2321: {
    name: 'never-null',
    summary:
      'A policy nullField for which the mapping has no field: none that may be null and whose expression can fail.',
    remedy: 'Let the field be null in its contract, or take deadLetter or skip.',
    disposition: 'stop',
  },
  FW2322: {
    name: 'tombstone-of-nothing',
    summary: 'A rule publishes tombstones into a topic that no event goes to.',
    remedy: 'Name the topic of the events that the tombstone deletes, with their key.',
    disposition: 'stop',
  },
  FW2323: {
    name: 'partitions-differ',
    summary: 'Two mappings want one topic with different numbers of partitions.',
    remedy: 'Say the same number under `defaults.partitions` of both: the partition of a key depends on it.',
    disposition: 'stop',
  },
  FW2324: {
    name: 'no-successor',
    summary: 'An event is deprecated in favour of a version that is not published.',
    remedy: 'Publish the version that `deprecated.use` names, or name another one.',
    disposition: 'stop',
  },
  FW2325: {
    name: 'unused',
    summary:
      'A table, a code table, a look-up, a let, an alias, an element or shared fields are declared, and nothing uses them.',
    remedy: 'Take it out, or use it where it was meant to be used.',
    disposition: 'stop',
  },
  FW2326: {
    name: 'failing-key',
    summary: 'A policy holds later inputs of a key, and the key of an event cannot always be computed.',
    remedy:
      'Take holdMapping, under which all that the mapping publishes waits; or make the key of columns of the row itself, whose reading cannot fail.',
    disposition: 'stop',
  },
  FW2314: {
    name: 'fixture',
    summary: 'A fixture cannot be read or says something else than the mapping does.',
    remedy: 'Correct the fixture, or the mapping.',
    disposition: 'stop',
  },
  FW2330: {
    name: 'rows-not-kept',
    summary: 'A look-up reads a table whose rows are not kept, or a rule wants changes that are known from such rows.',
    remedy: 'Take the table out of rows.exclude of its source in falsework.yaml, and register.',
    disposition: 'stop',
  },
  FW2331: {
    name: 'derived-unsaid',
    summary:
      'Foreign keys change rows of the table of a rule, which the database does not log, and the rule says nothing of it.',
    remedy: 'Say derived: true in its `on`, so that it fires for these changes, or derived: false.',
    disposition: 'stop',
  },
  FW2332: {
    name: 'derived-unknown',
    summary: 'A rule wants what a foreign key changes, and the rows that it changes cannot be found here.',
    remedy:
      'Let the application change these rows itself, under RESTRICT: SET DEFAULT is not followed, nor are keys of texts whose collation only the server knows, of enums, timestamps and floating-point numbers.',
    disposition: 'stop',
  },
  FW2333: {
    name: 'scope-column',
    summary: 'The column of a scope may be null, or one that leads to it: such a row would be in no scope.',
    remedy: 'Take a column that is NOT NULL.',
    disposition: 'stop',
  },
  FW2334: {
    name: 'scope-not-reached',
    summary: 'A rule is about rows of a table whose scope cannot be told.',
    remedy: 'Say under migration.scope.via by which column it reaches the table of the scope, or one that does.',
    disposition: 'stop',
  },
  FW2335: {
    name: 'scope-way',
    summary: 'A table does not reach the scope by the column that is named for it.',
    remedy: 'Name a column that holds the primary key of a table which reaches the scope.',
    disposition: 'stop',
  },
  FW2336: {
    name: 'versions-share-topic',
    summary: 'Two versions of an event go to one topic: its readers meet the one that they do not know.',
    remedy: 'Give the newer version a topic of its own, and let the other events of the topic move with it.',
    disposition: 'stop',
  },
  FW2337: {
    name: 'unknown-shared-fields',
    summary: 'An event uses shared fields that the mapping does not have.',
    remedy: 'Declare it under `shared.fields`, or correct the name.',
    disposition: 'stop',
  },
  FW2338: {
    name: 'unmapped-unsaid',
    summary: 'No rule is about a change of the key, or a TRUNCATE, of a mapped table, and no policy is named for it.',
    remedy:
      'Write a rule with op: rekey or op: truncate, or say under onError what becomes of such a change: `unmapped: holdMapping` is what happens where nothing is said.',
    disposition: 'stop',
  },
  FW2340: {
    name: 'owner-not-named',
    summary: 'The owner of a mapping is what a draft says in place of one: a warning, and an error of `register`.',
    remedy: 'Write in `owner` who is asked when its events are wrong.',
    disposition: 'stop',
  },
  FW2341: {
    name: 'no-fixture-case',
    summary: 'A mapping is registered of which nothing was tested. It keeps nobody from registering.',
    remedy:
      'Write a case into mappings/<name>.test.yaml for each rule, with `expect: []`, and have `falsework test --update` fill it in.',
    disposition: 'stop',
  },
  FW2342: {
    name: 'replaces-state',
    summary: 'Events of two types go to one compacted topic, where one replaces the other.',
    remedy: 'Give each of them a topic of its own; what happened is no state.',
    disposition: 'stop',
  },
  FW2407: {
    name: 'never-together',
    summary: 'The rows of a `with` were in no source transaction of the raw log beside those that ask for them.',
    remedy:
      'Anchor the rule on the change that completes the thing, and read the other rows with a look-up: they come in commits of their own.',
    disposition: 'stop',
  },
} as const satisfies ErrorCodes
