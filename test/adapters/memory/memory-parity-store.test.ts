import { memoryParityStores } from '../../../src/adapters/memory/stores/memory-parity-store.ts'
import { describeParityStore } from '../../contract/parity-store.ts'

describeParityStore('memory', async () => {
  await Promise.resolve()
  return { openParityStore: memoryParityStores(), close: async () => await Promise.resolve() }
})
