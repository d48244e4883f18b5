/** An event of either stream, as it is put beside the other stream's. */
import { hash } from 'node:crypto'

/** The bridge is the control, the native service the candidate. */
export type Side = 'bridge' | 'native'

/** Where a record stands in its topic. */
export interface RecordPlace {
  readonly partition: number
  readonly offset: number
}

export interface StreamEvent extends RecordPlace {
  readonly side: Side
  readonly type: string
  /** That it says; absent: none. */
  readonly scope?: string
  /** Of the subject, not of the record: a record under another key is to be found. */
  readonly aggregate: string
  /** Of the record. */
  readonly key: string
  /** As many as the record's topic has. */
  readonly partitions: number
  /** When it was appended to its topic, ms since the epoch. */
  readonly atMs: number
  /** In the form of `readableFields`; a text: why they could not be read. */
  readonly fields: Readonly<Record<string, unknown>> | string
}

/** What is kept of an event until its pair is judged. */
export interface ComparedEvent extends RecordPlace {
  readonly side: Side
  readonly type: string
  /** That it says; absent: none. */
  readonly scope?: string
  readonly key: string
  readonly atMs: number
  /** Ordinal in its aggregate, on its side. */
  readonly sequence: number
  /** The record is not in the partition that its key belongs to. */
  readonly isMisplaced?: true
  /** It has been judged missing, for this cause. */
  readonly missedFor?: string
  /** Its normalised fields as JSON: equal texts are equal events. */
  readonly text: string
}

/** 96 bits: by it a copy is told from another event, among those of one window. */
export const digestOf = ({ type, key, text }: ComparedEvent): string =>
  hash('sha256', `${type}\0${key}\0${text}`, 'base64').slice(0, 16)
