/** A revision as the registry log carries it, compiled by the same checks as when it was registered. */
import type { TopicNames } from '../../delivery/topic-names.ts'
import { FalseworkError } from '../../diagnostics/falsework-error.ts'
import type { Contract } from '../../event/contract/contract.ts'
import { contractFileName, parseContract } from '../../event/contract/parse-contract.ts'
import type { MappingSurroundings } from '../../mapping/check/check-context.ts'
import { checkMapping } from '../../mapping/check/check-mapping.ts'
import type { CompiledMapping } from '../../mapping/compiled-mapping.ts'
import type { RevisionRecord } from '../../registry/control-record.ts'

export interface RevisionSurroundings extends Pick<MappingSurroundings, 'keepsRows'> {
  /** Pseudonym keys by name. */
  readonly keys: ReadonlyMap<string, string>
  readonly names: Pick<TopicNames, 'isOwn'>
}

/** Raises `REVISION_UNREADABLE` when it does not compile in this build. */
export function compileRevision(
  record: RevisionRecord,
  { keys, names, keepsRows }: RevisionSurroundings,
): CompiledMapping {
  const { files, catalog, capture, source } = record.content
  const codes = new Map(files.codes.map(({ path, text }) => [path, text]))
  const surroundings = {
    catalog,
    settings: capture,
    contracts: contractsOf(record),
    codeFile: (path: string) => codes.get(path) ?? null,
    pseudonymKeys: new Map([...keys].map(([name, key]) => [name, Buffer.from(key)])),
    isOwnTopic: names.isOwn,
    keepsRows,
  }
  const text = { text: files.mapping.text, file: files.mapping.path }
  const { mapping, problems } = checkMapping(text, new Map([[source, surroundings]]))
  const [problem] = problems.filter(({ severity }) => severity === 'error')
  if (mapping === null) throw unreadableRevision(record, problem?.message ?? 'it is no mapping')
  return mapping
}

function contractsOf(record: RevisionRecord): ReadonlyMap<string, Contract> {
  const contracts = new Map<string, Contract>()
  for (const { path, text } of record.content.files.contracts) {
    const name = contractFileName(path)
    const parsed = name === null ? null : parseContract({ text, file: path, ...name })
    if (name === null || parsed?.kind !== 'contract')
      throw unreadableRevision(record, `contract ${path} cannot be read`)
    contracts.set(`${name.event}.v${name.version}`, parsed.contract)
  }
  return contracts
}

export const unreadableRevision = ({ content }: RevisionRecord, why: string): FalseworkError =>
  new FalseworkError('REVISION_UNREADABLE', `mapping ${content.mapping}: ${why}`)
