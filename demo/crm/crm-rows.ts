/** Rows of the call centre and the warehouse, with the columns of `schema.sql`. */

export interface ContactRow {
  readonly cust_no: string
  readonly name: string
  readonly street: string | null
  readonly zip: string | null
  readonly city: string | null
  readonly email: string | null
  readonly phone: string | null
  readonly nl_opt: 0 | 1
  readonly birth_dt: number
  readonly reg_dt: number
  readonly credit: string
  /** `0000-00-00 00:00:00`: never. */
  readonly last_call: string | null
  readonly del_flg: 'N' | 'Y'
}

export interface ProductRow {
  readonly prod_no: number
  readonly sku: string
  readonly name: string
  readonly ean: string | null
}

export interface LevelRow {
  readonly prod_no: number
  readonly whse: string
  /** null: not counted yet. */
  readonly qty_on_hand: number | null
  readonly flags: string
}

export interface MoveRow {
  readonly move_no: number
  readonly prod_no: number
  readonly whse: string
  readonly qty: number
  readonly reason_cd: string
}

export const warehouses = ['A ', 'B1', 'Z9'] as const
export const reasons = ['PICK', 'CNT', 'RET'] as const

export const keyOfLevel = ({ prod_no, whse }: Pick<LevelRow, 'prod_no' | 'whse'>): string => `${prod_no}|${whse.trim()}`
