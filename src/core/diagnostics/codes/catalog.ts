import type { ErrorCodes } from '../error-code.ts'

/** Mistakes in catalog files; the FW25xx of `falsework validate`. */
export const catalogCodes = {
  FW2501: {
    name: 'catalog-syntax',
    summary: 'A catalog file is not JSON.',
    remedy: 'Run `falsework catalog pull`, which writes it anew and keeps what was added by hand if it can read it.',
    disposition: 'stop',
  },
  FW2502: {
    name: 'catalog-shape',
    summary: 'A catalog file has a wrong or unknown entry.',
    remedy: 'Correct the entry at the place that the message names, or run `falsework catalog pull`.',
    disposition: 'stop',
  },
} as const satisfies ErrorCodes
