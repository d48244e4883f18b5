/** Texts and values as they are written in a YAML file whose reader takes types from the place. */
import { specialTexts, type Value } from '../../values/value.ts'
import type { ScalarStyle } from './scalar-positions.ts'

/** JSON's texts are YAML's as well. */
export const quoted = (value: unknown): string => JSON.stringify(value)

/** As it is where it cannot be read as anything else. */
export const yamlName = (name: string): string =>
  /^[A-Za-z_][\w-]*$/.test(name) && !/^(null|true|false|yes|no|on|off|y|n)$/i.test(name) ? name : quoted(name)

/** One line, whatever is in the text. */
export const comment = (text: string): string =>
  `# ${text.replaceAll(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, ' ')}`

/** Without quotes where it stood so before and may: nothing, and no sign of YAML, is meant by it. */
export const scalarLike = (text: string, style: ScalarStyle): string => {
  if (style === 'single' && /^[\x20-\x7e]*$/.test(text)) return `'${text.replaceAll("'", "''")}'`
  const isPlain = style === 'plain' && /^-?\w[\w.+-]*$/.test(text) && !/^null$/i.test(text)
  return isPlain ? text : quoted(text)
}

/** A value on one line, as JSON has it or of a type of values; texts in quotes where anything of them could be YAML. */
export function flowText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(flowText).join(', ')}]`
  if (value instanceof Uint8Array) return quoted(Buffer.from(value).toString('hex'))
  if (typeof value === 'object' && value !== null) {
    return `{${Object.entries(value)
      .map(([name, one]) => `${yamlName(name)}: ${flowText(one)}`)
      .join(', ')}}`
  }
  return typeof value === 'string' ? yamlName(value) : (specialTexts.get(value as Value) ?? String(value))
}
