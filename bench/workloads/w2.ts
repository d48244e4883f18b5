/** `w2`: the changes of w1 with their schemas around key and value, as JsonConverter writes them by default. */
import { jsonWithSchemas } from '../debezium/record-form.ts'
import { derivedProject } from '../projects.ts'
import { everySecondUpdate, orderLog } from '../workload.ts'
import { besideW1 } from './beside-w1.ts'

export const w2 = besideW1({
  name: 'w2',
  summary: 'w1 with inline schemas (schemas.enable=true)',
  changes: 300_000,
  project: (bench) =>
    derivedProject(bench, 'w2', {
      'connectors/bench.json': (text) =>
        JSON.stringify({
          ...(JSON.parse(text) as object),
          'key.converter': 'org.apache.kafka.connect.json.JsonConverter',
          'key.converter.schemas.enable': 'true',
          'value.converter.schemas.enable': 'true',
        }),
    }),
  records: (topic, changes) => orderLog({ topic, form: jsonWithSchemas, updates: everySecondUpdate }, changes),
  figure: { kind: 'cost per change', wanted: '≤ 1.4' },
})
