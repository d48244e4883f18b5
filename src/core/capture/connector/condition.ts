/** How a condition of lossless capture is declared, and what can be said of it. */
import type { ConnectedKind } from './settings/setting-value.ts'
import type { Asked, CaptureFacts, CaptureFindings, ConnectorSettings } from './capture-findings.ts'
import type { MariadbFacts } from './mariadb-facts.ts'
import type { PostgresFacts } from './postgres-facts.ts'

/** Declared once: `doctor` and `validate` say it from here. */
export interface Condition {
  /** kebab-case, stable: scripts may look for it. */
  readonly code: string
  /** What must hold, as a sentence. */
  readonly what: string
  /** What is lost when it does not hold. */
  readonly why: string
  /** What to do, where a violation does not know better. */
  readonly remedy: string
  /** `loses`: mapped data does not arrive as the database has it. `risks`: it may, or costs time or clarity. */
  readonly weight: 'loses' | 'risks'
  /** The one kind of database that it is about; absent: every one. */
  readonly only?: ConnectedKind
  /** Never `violated` because of what could not be asked. */
  readonly judge: (findings: CaptureFindings) => Judgement
}

export type Judgement =
  /** `found`: what is worth knowing although all is well. */
  | { readonly kind: 'ok'; readonly found?: string }
  | { readonly kind: 'violated'; readonly violations: readonly Violation[] }
  | { readonly kind: 'notAsked'; readonly why: string }

export interface Violation {
  /** What was found instead. */
  readonly found: string
  readonly remedy?: string
  /** The setting of the connector that it is about. */
  readonly setting?: string
}

export const ok: Judgement = { kind: 'ok' }

export function violatedBy(violations: readonly Violation[]): Judgement {
  return violations.length === 0 ? ok : { kind: 'violated', violations }
}

export const violated = (found: string, more: Omit<Violation, 'found'> = {}): Judgement =>
  violatedBy([{ found, ...more }])

/** Judges a part that was asked. */
export function of<T>(part: Asked<T>, judge: (value: T) => Judgement): Judgement {
  return part.kind === 'asked' ? judge(part.value) : { kind: 'notAsked', why: part.why }
}

/** Judges the settings of a connector that is there. */
export const ofConnector =
  (judge: (settings: ConnectorSettings, findings: CaptureFindings) => Judgement) =>
  (findings: CaptureFindings): Judgement =>
    of(findings.connector, (settings) =>
      settings === null ? { kind: 'notAsked', why: 'there is no such connector' } : judge(settings, findings),
    )

export const ofDatabase =
  (judge: (facts: CaptureFacts, findings: CaptureFindings) => Judgement) =>
  (findings: CaptureFindings): Judgement =>
    of(findings.database, (facts) => judge(facts, findings))

export const ofPostgres = (
  judge: (facts: PostgresFacts, findings: CaptureFindings) => Judgement,
): ((findings: CaptureFindings) => Judgement) =>
  ofDatabase((facts, findings) => (facts.kind === 'postgres' ? judge(facts, findings) : other('PostgreSQL')))

export const ofMariadb = (
  judge: (facts: MariadbFacts, findings: CaptureFindings) => Judgement,
): ((findings: CaptureFindings) => Judgement) =>
  ofDatabase((facts, findings) => (facts.kind === 'mariadb' ? judge(facts, findings) : other('MariaDB')))

const other = (wanted: string): Judgement => ({ kind: 'notAsked', why: `the database is no ${wanted}` })
