import type { ErrorCodes } from '../error-code.ts'

/** What a connector file says against the conditions of lossless capture; the FW26xx of `falsework validate`. */
export const connectorCodes = {
  FW2601: {
    name: 'capture-loses',
    summary: 'A setting in a connector file makes mapped data not arrive as the database has it.',
    remedy: 'Change the setting as the hint says, and run `falsework connector apply`.',
    disposition: 'stop',
  },
  FW2602: {
    name: 'capture-risks',
    summary: 'A connector file lacks a setting, or has one, with which data can be lost or repeated.',
    remedy:
      'Change the setting as the hint says, and run `falsework connector apply`; `falsework doctor` asks the rest.',
    disposition: 'stop',
  },
  FW2603: {
    name: 'secret-in-clear',
    summary: 'A connector file holds a password or its like in clear.',
    remedy:
      'Write a reference in its place, ${env:NAME} or ${file:PATH}, and change the secret: the old one is in the history.',
    disposition: 'stop',
  },
} as const satisfies ErrorCodes
