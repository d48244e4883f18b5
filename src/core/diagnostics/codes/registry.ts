import type { ErrorCodes } from '../error-code.ts'

/** What can be wrong with the registry log and with what is registered in it. */
export const registryCodes = {
  REGISTRY_RECORD_INVALID: {
    name: 'registry-record-invalid',
    summary: 'A record of the registry log is not one that falsework writes.',
    remedy:
      'Find out who wrote to the registry topic: nobody but falsework may. What stands before the record is in force, and nothing behind it until `falsework registry void OFFSET --reason TEXT` has said that the record means nothing.',
    disposition: 'halt',
  },
  REGISTRY_FORMAT_NEWER: {
    name: 'registry-format-newer',
    summary: 'The registry log holds a record that a newer build has written.',
    remedy: 'Run the build that wrote it, or a newer one.',
    disposition: 'halt',
    scope: 'instance',
  },
  VOID_REFUSED: {
    name: 'void-refused',
    summary: 'There is no record at that offset of the registry log that could be made void.',
    remedy:
      'Take the offset that `falsework status` names. Of what can be read only the record of a gap (SOURCE_GAP) can be made void; the rest is changed by registering anew.',
    disposition: 'stop',
  },
  REGISTRATION_CONFLICT: {
    name: 'registration-conflict',
    summary:
      'Somebody else has registered the same mapping or event, led the same scope on, or begun the source anew, at the same time.',
    remedy:
      'Look at what is in force now: `falsework migrate history MAPPING` for stages, `falsework get mappings` for what is registered, `falsework status` for sources. The same command does it again, if you still want that.',
    disposition: 'stop',
  },
  TRANSITION_REFUSED: {
    name: 'transition-refused',
    summary: 'The stage of a mapping cannot be changed in this way from where it stands.',
    remedy: 'Look at the stage that it is in now (`falsework status`), and at what leads on from there.',
    disposition: 'stop',
  },
  PLAN_STALE: {
    name: 'plan-stale',
    summary: 'What would be registered now is not what was reviewed.',
    remedy: 'Make the plan again (`falsework plan --out FILE`), review it, and register with it.',
    disposition: 'stop',
  },
  PSEUDONYM_KEY_MISMATCH: {
    name: 'pseudonym-key-mismatch',
    summary: 'A pseudonym key is not the one that a mapping was registered with.',
    remedy:
      'Give this process the key of that name, or register the mapping anew with the new one: that is the rotation.',
    disposition: 'halt',
    scope: 'instance',
  },
} as const satisfies ErrorCodes
