/** A file of the project, as read: `path` is relative to the project folder, with forward slashes. */
export interface SourceFile {
  readonly path: string
  readonly text: string
}

/** A range of characters of a file: `start` inclusive, `end` exclusive, both offsets from 0. Lines are computed only to print. */
export interface Span {
  readonly file: string
  readonly start: number
  readonly end: number
}
