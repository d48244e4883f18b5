/** Snapshots: whether the raw log tells of them, and whether one can be asked for. */
import { type Condition, ofConnector, ok, violated } from '../condition.ts'
import { signalTable } from '../snapshot-signal.ts'

export const snapshotConditions: readonly Condition[] = [
  {
    code: 'snapshots-told',
    what: 'the connector tells in the raw log of its snapshots, and can be asked for one of single tables',
    why: 'a table that is captured later cannot be told from one whose rows are all known, so that look-ups find too little without a word, and rules with `snapshot` never see its rows',
    remedy:
      'add the settings to the connector file and run `falsework connector apply`; the signal table has three columns (id varchar(64) PRIMARY KEY, type varchar(32), data text) and must be captured itself',
    weight: 'risks',
    judge: ofConnector((settings) => {
      const signals = signalTable(settings)
      return signals.kind === 'table' ? ok : violated(`it has not ${signals.settings.join(', ')}`)
    }),
  },
]
