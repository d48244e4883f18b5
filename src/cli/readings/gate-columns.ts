/** What is shown of each gate. */
import type { GateEvidence } from '../../core/migration/stage-word.ts'
import { type Column, coloured, type Streams } from '../output.ts'

export const gateColumns = (
  { colour }: Streams,
  waived: ReadonlySet<string> = new Set(),
): readonly Column<GateEvidence>[] => [
  { title: 'GATE', text: ({ gate }) => gate },
  {
    title: 'VERDICT',
    text: ({ gate, verdict }) =>
      verdict === 'passed' ? 'passed' : waived.has(gate) ? 'waived' : coloured('failed', 'red', colour),
  },
  { title: 'NOW', text: ({ text }) => text },
]
