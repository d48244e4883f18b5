import type { ErrorCodes } from '../error-code.ts'

/** Why a source stands still, beside what capture and delivery say. */
export const sourceCodes = {
  CHECKPOINT_LOST: {
    name: 'checkpoint-lost',
    summary: 'The registry log says that this source was started, but its checkpoint is gone.',
    remedy:
      'Look whether the checkpoint topic was recreated or topics.prefix was changed. Without the checkpoint nobody knows what was published: restore it, or start a new incarnation (`falsework resume SOURCE --new-incarnation --from OFFSET --reason TEXT`).',
    disposition: 'halt',
  },
  NEW_INCARNATION: {
    name: 'new-incarnation',
    summary: 'An operator has said that the history of the source begins anew.',
    remedy: 'Nothing to do: the source opens again and begins the new incarnation.',
    disposition: 'retry',
  },
  NO_SNAPSHOT_BEHIND: {
    name: 'no-snapshot-behind',
    summary: 'No snapshot is next in the raw log, at which a new incarnation could begin.',
    remedy:
      'Where transactions stand before it, let the source translate them first: it halts at the snapshot by itself. Without a snapshot, let the connector take one (stop it, delete its offsets and its slot, resume it). In a raw log that was made anew it is --from 0, since its offsets begin again. Or say with --from at which BEGIN or snapshot row it begins: what stands before is passed over, and what was published from there on comes again under new ids.',
    disposition: 'stop',
  },
  WRONG_REGISTRY_LOG: {
    name: 'wrong-registry-log',
    summary: 'The registry log is shorter than what the checkpoint has seen of it.',
    remedy: 'Look whether the registry topic was recreated, or another cluster was configured.',
    disposition: 'halt',
  },
  REVISION_UNREADABLE: {
    name: 'revision-unreadable',
    summary: 'A registered revision does not compile in this build.',
    remedy: 'Run the build that registered it or a newer one, or register the mapping again with this build.',
    disposition: 'halt',
    scope: 'instance',
  },
  RULE_FAILED: {
    name: 'rule-failed',
    summary: 'A rule failed on an input, and its policy says that the source waits.',
    remedy:
      'Correct the mapping at the place that the message names and register it: the source goes on from this very transaction. Or name another policy for the class under onError.',
    disposition: 'halt',
  },
  INTERNAL: {
    name: 'internal',
    summary: 'An assertion of falsework does not hold.',
    remedy: 'Report it with the log line: nothing was published past the position that it names.',
    disposition: 'halt',
  },
} as const satisfies ErrorCodes
