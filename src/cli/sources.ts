/** The sources that a command is about, and their connectors. */
import { declaredSource } from '../config/project-config.ts'
import type { Wiring } from '../wiring.ts'

/** Those that are named, or all. Raises `UNKNOWN_NAME` before anything is done when one of them is not declared. */
export const chosenSources = ({ config }: Wiring, only: readonly string[]): readonly string[] =>
  only.length > 0 ? [...new Set(only)].map((name) => declaredSource(config, name).name) : [...config.sources.keys()]

/** One connector for each source, named after it behind the prefix of the installation. */
export const connectorName = ({ config }: Wiring, source: string): string => `${config.settings.topicPrefix}${source}`
