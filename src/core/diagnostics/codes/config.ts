import type { ErrorCodes } from '../error-code.ts'

/** Mistakes in the project file, in the environment and in references out of both. */
export const configCodes = {
  NO_PROJECT: {
    name: 'no-project',
    summary: 'There is no falsework.yaml in this folder or above it.',
    remedy: 'Change into a project folder, or name one with --project DIR.',
    disposition: 'stop',
  },
  CONFIG_INVALID: {
    name: 'config-invalid',
    summary: 'A setting in falsework.yaml, the environment or a connector file is unknown or has a wrong value.',
    remedy: 'Correct the setting at the place that the message names.',
    disposition: 'stop',
  },
  REFERENCE_UNRESOLVED: {
    name: 'reference-unresolved',
    summary: 'A ${env:NAME} or ${file:PATH} reference has no value.',
    remedy: 'Set the environment variable, or write the file, that the message names.',
    disposition: 'stop',
  },
} as const satisfies ErrorCodes
