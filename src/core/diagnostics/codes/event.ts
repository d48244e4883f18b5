import type { ErrorCodes } from '../error-code.ts'

/** Mistakes in contract files; the FW24xx of `falsework validate`. */
export const eventCodes = {
  FW2401: {
    name: 'contract-syntax',
    summary: 'A contract file is not JSON, or has a key twice in one object.',
    remedy: 'Correct the text at the place that the message names.',
    disposition: 'stop',
  },
  FW2402: {
    name: 'contract-schema',
    summary: 'A contract is not a valid Avro schema.',
    remedy: 'Correct the schema as the message says; the Avro specification has the rules.',
    disposition: 'stop',
  },
  FW2403: {
    name: 'contract-name',
    summary: 'The record of a contract is not named after its file.',
    remedy:
      'In contracts/<Event>.v<major>.avsc the record is <Event>, and from v2 on its namespace ends in .v<major>: consumers tell versions apart by it.',
    disposition: 'stop',
  },
  FW2404: {
    name: 'contract-type',
    summary: 'A contract uses a type that falsework does not write.',
    remedy:
      'Take one of the types that the message lists, or a record or an array of them, or a union of one with null.',
    disposition: 'stop',
  },
  FW2405: {
    name: 'contract-doc',
    summary: 'A field of a contract has no doc.',
    remedy: 'Say in one sentence what the field means; consumers have nothing else to go by.',
    disposition: 'stop',
  },
  FW2406: {
    name: 'contract-enum',
    summary: 'A contract has an enum, to which no symbol can be added compatibly.',
    remedy: 'Use a string and name the codes in its doc, unless the set can never grow.',
    disposition: 'stop',
  },
  FW2408: {
    name: 'contract-owner',
    summary: 'A contract names no owner.',
    remedy: 'Add "owner": "<team>" beside the name of the record: consumers must know whom to ask.',
    disposition: 'stop',
  },
  FW2409: {
    name: 'contract-incompatible',
    summary: 'A contract breaks the promise of a version that is released.',
    remedy: 'Undo the change that the message names, or publish a new major version beside this one.',
    disposition: 'stop',
  },
  FW2410: {
    name: 'contract-key',
    summary: 'A key of a contract is nearly one that has a meaning, and so has none.',
    remedy: 'Write the key that the message names. A key of your own is taken where its name is not so near to it.',
    disposition: 'stop',
  },
  FW2411: {
    name: 'contract-draft',
    summary: 'A contract is a draft: it can be checked and tested, and not registered.',
    remedy:
      'Read what it promises, name its owner and its namespace, which consumers will know it by, and delete "draft": true.',
    disposition: 'stop',
  },
} as const satisfies ErrorCodes
