import type { ErrorCodes } from '../error-code.ts'

/** Mistakes in catalog files, the FW25xx of `falsework validate`; and what is not written into one. */
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
  NO_TABLES: {
    name: 'no-tables',
    summary: 'No table was found where a source is said to have some; its catalog was left as it is.',
    remedy:
      'Name the schemas of the tables under sources.<name>.schemas in falsework.yaml, and look whether the account of the connector file leads to the right database and may read them.',
    disposition: 'stop',
  },
  TAGS_LOST: {
    name: 'tags-lost',
    summary: 'Columns with a tag of personal data are not in the database any more; the catalog was left as it is.',
    remedy:
      'Look whether sources.<name>.schemas and the account of the connector file still lead to the same database. Where a column was renamed, tag its new name when it is there. `falsework catalog pull --drop-tags SOURCE` writes the catalog without them.',
    disposition: 'stop',
  },
} as const satisfies ErrorCodes
