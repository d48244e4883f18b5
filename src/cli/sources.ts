/** The sources that a command is about, and their connectors. */
import type { Wiring } from '../wiring.ts'

/** Those that are named, or all. */
export const chosenSources = ({ config }: Wiring, only: readonly string[]): readonly string[] =>
  only.length > 0 ? only : [...config.sources.keys()]

/** One connector for each source, named after it behind the prefix of the installation. */
export const connectorName = ({ config }: Wiring, source: string): string => `${config.settings.topicPrefix}${source}`
