/** The reference pages, by path from the root of the repository. */
import { captureConditionsPage } from './capture-conditions-page.ts'
import { operatingPage } from './operating-page.ts'

export const referencePages = (): ReadonlyMap<string, string> =>
  new Map([
    ['docs/reference/capture-conditions.md', captureConditionsPage()],
    ['docs/operating.md', operatingPage()],
  ])
