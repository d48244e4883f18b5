import type { ErrorCodes } from '../error-code.ts'

/** Mistakes in catalog files; the FW25xx of `falsework validate`. */
export const catalogCodes = {
  FW2501: {
    name: 'catalog-syntax',
    summary: 'A catalog file is not JSON, or has a key twice in one object.',
    remedy: 'Correct the marked place; `falsework catalog pull` writes nothing over a file whose notes it cannot read.',
    disposition: 'stop',
  },
  FW2502: {
    name: 'catalog-shape',
    summary: 'A catalog file has a wrong or unknown entry.',
    remedy:
      'Correct or delete the marked entry; `falsework catalog pull` writes nothing over a file that it cannot read.',
    disposition: 'stop',
  },
} as const satisfies ErrorCodes
