/** Options that take a number: parsed and bounded in one place, so that no command ever sees a text or NaN. */
import { InvalidArgumentError, Option } from 'commander'

interface WholeNumber {
  readonly bounds: readonly [min: number, max: number]
  readonly default?: number
}

/** Parses an argument or the value of an option. */
export const wholeNumber =
  ([min, max]: WholeNumber['bounds']) =>
  (text: string): number => {
    const value = Number(text)
    if (/^\d+$/.test(text) && value >= min && value <= max) return value
    throw new InvalidArgumentError(`Expected a whole number from ${min} to ${max}.`)
  }

/** The option with a number as its value. What is no whole number within the bounds is a mistake of usage. */
export function wholeNumberOption(
  flags: string,
  description: string,
  { bounds, default: preset }: WholeNumber,
): Option {
  const option = new Option(flags, description).argParser(wholeNumber(bounds))
  return preset === undefined ? option : option.default(preset)
}

/** A day: who would wait longer asks again. */
const timeoutSecondsMax = 86_400

/** `--timeout <seconds>`, as every command that waits has it. */
export const timeoutOption = (defaultSeconds: number): Option =>
  wholeNumberOption('--timeout <seconds>', 'how long to wait', {
    bounds: [1, timeoutSecondsMax],
    default: defaultSeconds,
  })
