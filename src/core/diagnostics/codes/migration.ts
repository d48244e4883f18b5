import type { ErrorCodes } from '../error-code.ts'

/** What can go wrong with a migration; the form of its files has the codes of mapping files. */
export const migrationCodes = {
  FW2611: {
    name: 'unknown-mapping',
    summary: 'A migration file names a mapping that there is not.',
    remedy: 'Name a mapping of the project.',
    disposition: 'stop',
  },
  FW2612: {
    name: 'migration-topic',
    summary: 'A topic of a migration is none to which the mapping publishes, or both streams are one.',
    remedy: 'Name a topic of the mapping as `bridge`, and one that no mapping publishes to as `native`.',
    disposition: 'stop',
  },
  FW2613: {
    name: 'not-compared',
    summary: 'A migration names an event that the mapping does not publish to its topic.',
    remedy: 'Correct the name; an event of another version is named with it: `OrderPlaced.v2`.',
    disposition: 'stop',
  },
  FW2614: {
    name: 'comparison-type',
    summary: 'A field is compared in a way that its type does not have.',
    remedy: 'Take one of the ways that the message lists, or leave it out.',
    disposition: 'stop',
  },
  FW2615: {
    name: 'migration-contradiction',
    summary: 'Two things that a migration file says cannot both be meant.',
    remedy: 'Take one of the two back, as the message says.',
    disposition: 'stop',
  },
  FW2616: {
    name: 'ignore-expired',
    summary: 'A difference was accepted up to a day that has passed, and counts again.',
    remedy: 'Correct what differs and take the entry out, or look at it again and give it a later day.',
    disposition: 'stop',
  },
  FW2617: {
    name: 'native-id',
    summary: 'A transactional id of the new service is not one that falsework may fence.',
    remedy: 'Name it falsework.native.<mapping>.<number>, in the settings of the new service as well.',
    disposition: 'stop',
  },
  FENCE_NOT_ALONE: {
    name: 'fence-not-alone',
    summary: 'A source transaction too large to be held moves the fence of a scope.',
    remedy:
      'Raise limits.transactionRows and limits.transactionBytes above it; a fence is moved by a transaction of its own (`falsework migrate promote MAPPING --to native`).',
    disposition: 'halt',
  },
  GUARD_MISSING: {
    name: 'guard-missing',
    summary: 'A scope is to be fenced, and nothing would keep the legacy system out, or tell the daemon.',
    remedy:
      'Run `falsework migrate guard MAPPING --apply`, and what it says is left to be done; `--as` names an account that sees the triggers, which on MariaDB needs TRIGGER on the tables.',
    disposition: 'stop',
  },
  HANDOVER_UNANSWERED: {
    name: 'handover-unanswered',
    summary: 'A scope is fenced, and no daemon has decided who owns it.',
    remedy:
      'See `falsework status` and `falsework connector status`: the fence comes through the connector and the daemon as every change does. `falsework migrate cancel MAPPING --reason TEXT` goes on where it stopped, and opens the legacy system again.',
    disposition: 'stop',
  },
  CANCEL_TOO_LATE: {
    name: 'cancel-too-late',
    summary: 'A handover is to be cancelled that is decided: the new service owns the scope.',
    remedy: '`falsework migrate rollback MAPPING --reason TEXT` takes the scope back.',
    disposition: 'stop',
  },
  NO_MIGRATION: {
    name: 'no-migration',
    summary: 'A mapping is to be compared or handed over, and no migration file says how.',
    remedy: 'Write migrations/<name>.yaml about the mapping, then `falsework register` it.',
    disposition: 'stop',
  },
  SCOPES_TORN: {
    name: 'scopes-torn',
    summary: "A row has moved from a scope to another, of which one is falsework's and the other is not.",
    remedy:
      'Find out who wrote past the guard. Then `falsework resume SOURCE --reason TEXT`: what has moved so in that source transaction is set aside as dead letters of class `violation`, and the source goes on. Tell the new service of it (`falsework dead-letters export`) before you discard them.',
    disposition: 'halt',
  },
  EPOCH_DECREASED: {
    name: 'epoch-decreased',
    summary: 'A public topic has an event of an earlier epoch behind one of a later epoch with the same key.',
    remedy:
      'Two have published for one scope, unless the row has come from a scope that was handed over before. Find out by `ce_source` at the place named who published it; stop and fence that one, and correct consumers by hand.',
    disposition: 'stop',
  },
  WRITERS_IN_FLIGHT: {
    name: 'writers-in-flight',
    summary: 'A transaction of somebody else holds guarded tables, or their fence, and does not end in time.',
    remedy:
      'Run it again, at a quieter hour if need be: nothing was changed that is not changed once more by the same command. Who stays long is in pg_stat_activity, or in the processlist of MariaDB.',
    disposition: 'retry',
  },
  PARITY_UNREADABLE: {
    name: 'parity-unreadable',
    summary: 'What a comparison is said to have found is nothing that falsework has written.',
    remedy: 'Find out who else writes to the topic; the next report of the daemon is a second away.',
    disposition: 'stop',
  },
  OWNERSHIP_UNREADABLE: {
    name: 'ownership-unreadable',
    summary: 'A record of the ownership topic is none that falsework has written.',
    remedy: 'Find out who else writes to the topic, and take its right to write away; nothing is published on a guess.',
    disposition: 'halt',
  },
  OWNERSHIP_LOST: {
    name: 'ownership-lost',
    summary: 'A scope was to be handed over, and neither a checkpoint nor the ownership topic says who owns it.',
    remedy:
      'Restore the ownership topic, or the checkpoint topic: nothing is published beside a service that may own. Where the handover was not decided, `falsework migrate cancel MAPPING --reason TEXT` says so.',
    disposition: 'halt',
  },
  OWNERSHIP_PENDING: {
    name: 'ownership-pending',
    summary: 'A transaction on the ownership topic stays open: nobody knows who owns before it has ended.',
    remedy:
      'Nothing to do, as a rule: falsework ends it, or the broker does when its time is over. If it stays, look at the health of the ownership topic.',
    disposition: 'retry',
  },
  NATIVE_NOT_OWNER: {
    name: 'native-not-owner',
    summary: 'A native service would publish an event of its own for a scope that it does not own.',
    remedy:
      'Keep the event until falsework hands the scope over. What tells of a change in the legacy system is `mirrored`, and goes out whoever owns.',
    disposition: 'retry',
  },
  NATIVE_FENCED: {
    name: 'native-fenced',
    summary:
      'falsework has fenced the transactional id of a native service, or a newer instance has opened it, or its transaction took too long.',
    remedy:
      'Stop publishing. Open it anew from one instance alone, and go on from the position that it reads then; who owns is read anew with every batch.',
    disposition: 'retry',
  },
  NATIVE_CONTRACT: {
    name: 'native-contract',
    summary: 'A contract of a native publisher cannot be read, or is not registered for its topic.',
    remedy:
      'Give it contracts/<Event>.v<version>.avsc of the project as it is registered; `falsework register` registers it.',
    disposition: 'stop',
  },
  NATIVE_EVENT: {
    name: 'native-event',
    summary: 'An event of a native service is none that can be published.',
    remedy:
      'Correct what the message names: its contract and its mapping must be among those that the publisher was opened with, and its fields must fit the contract.',
    disposition: 'stop',
  },
} as const satisfies ErrorCodes
