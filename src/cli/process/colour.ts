/** Whether stdout takes colour: an explicit no stands above an explicit yes, and both above what the stream is. */
import type { Environment } from '../../wiring.ts'

export function colourOf(
  arguments_: readonly string[],
  environment: Environment,
  stream: { readonly isTTY: boolean },
): 'on' | 'off' {
  const isSet = (name: string): boolean => (environment[name] ?? '') !== ''
  if (arguments_.includes('--no-color') || isSet('NO_COLOR')) return 'off'
  if (isSet('FORCE_COLOR')) return environment['FORCE_COLOR'] === '0' ? 'off' : 'on'
  return stream.isTTY && environment['TERM'] !== 'dumb' ? 'on' : 'off'
}
