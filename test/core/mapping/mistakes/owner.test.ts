import { expect, it } from 'vitest'
import { soundBut } from '../sample.ts'
import { said } from './said.ts'

it('an owner that a draft has made up is warned of, at its place', () => {
  expect(said(soundBut('owner: sales-team', 'owner: to-be-named'))).toEqual([
    "3:8+11 warning FW2340 owner-not-named: nobody answers for the mapping: 'to-be-named' is what a draft says, and `register` refuses it | name the team that is asked when its events are wrong",
  ])
})
