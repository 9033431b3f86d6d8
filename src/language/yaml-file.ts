import { Document, parseDocument, type YAMLError } from 'yaml'
import type { Diagnostic } from '../diagnostics/diagnostic.js'
import type { SourceFile } from '../diagnostics/span.js'
import type { Draft } from './draft.js'
import { yamlValue } from './yaml-value.js'

/** A YAML file read: plain data, and the document that knows where each piece stands. */
export interface YamlFile {
  readonly file: SourceFile
  readonly document: Document
  /** Undefined where the syntax is broken: nothing in it can be trusted. */
  readonly value: unknown
  readonly broken: boolean
  readonly faults: readonly (readonly (string | number)[])[]
  readonly diagnostics: readonly Diagnostic[]
}

/** Reads one file; `templates` says at which paths `{{ … }}` may stand. */
export function readYaml(
  file: SourceFile,
  templates: (path: readonly (string | number)[]) => boolean,
): YamlFile {
  const document = parsed(file.text)
  if (!document) return tooDeep(file)
  const drafts: Draft[] = []
  const fatal = document.errors.find((error) => error.code !== 'DUPLICATE_KEY')
  if (fatal) drafts.push(syntaxDraft(fatal, file.text))
  for (const error of document.errors)
    if (error.code === 'DUPLICATE_KEY') drafts.push(duplicateKey(error, file.text))
  const reading = fatal ? { value: undefined, drafts: [], faults: [] } : yamlValue(document, templates)
  drafts.push(...reading.drafts)
  const diagnostics = drafts.map(
    ({ start, end, ...draft }): Diagnostic => ({
      severity: 'error',
      span: { file: file.path, start, end },
      ...draft,
    }),
  )
  return {
    file,
    document,
    value: reading.value,
    broken: fatal !== undefined,
    faults: reading.faults,
    diagnostics,
  }
}

const TOO_DEEP = 'YAML: values are nested too deeply'

/** The parser is recursive: text nested tens of thousands deep is beyond it. */
function parsed(text: string): Document | undefined {
  try {
    return parseDocument(text, { prettyErrors: false, strict: true, uniqueKeys: true, logLevel: 'error' })
  } catch (error) {
    if (error instanceof RangeError) return undefined
    throw error
  }
}

function tooDeep(file: SourceFile): YamlFile {
  const span = { file: file.path, start: 0, end: 1 }
  const diagnostics: Diagnostic[] = [{ code: 'CDP1003', severity: 'error', message: TOO_DEEP, span }]
  return { file, document: new Document(null), value: undefined, broken: true, faults: [], diagnostics }
}

function duplicateKey(error: YAMLError, text: string): Draft {
  const [start] = error.pos
  const key = /^(?:"[^"\n]*"|'[^'\n]*'|[^:\s]+)/.exec(text.slice(start))?.[0] ?? ''
  return {
    code: 'CDP1004',
    message: `the key ${JSON.stringify(key)} is given twice in one mapping`,
    start,
    end: start + Math.max(1, key.length),
  }
}

function syntaxDraft(error: YAMLError, text: string): Draft {
  if (error.code === 'RESOURCE_EXHAUSTION')
    return { code: 'CDP1003', message: TOO_DEEP, start: error.pos[0], end: error.pos[1] }
  const start = Math.min(error.pos[0], Math.max(0, text.trimEnd().length - 1))
  const template = unquotedTemplate(text, start)
  if (template) {
    return {
      code: 'CDP1005',
      message: 'the template is not quoted',
      hint: 'quote the whole value: "{{ … }}"',
      ...template,
    }
  }
  if (error.code === 'MULTIPLE_DOCS') {
    return {
      code: 'CDP1006',
      message: 'a file holds one YAML document',
      hint: 'leave out the "---"',
      start,
      end: start + 3,
    }
  }
  if (error.code === 'BAD_ALIAS') {
    return { code: 'CDP1006', message: lowerFirst(error.message), start, end: error.pos[1] }
  }
  const hint = HINTS[error.code]
  const end = Math.max(start + 1, Math.min(error.pos[1], text.length))
  return { code: 'CDP1003', message: `YAML: ${lowerFirst(error.message)}`, start, end, ...(hint && { hint }) }
}

const HINTS: Readonly<Record<string, string>> = {
  TAB_AS_INDENT: 'indent with spaces',
  BLOCK_AS_IMPLICIT_KEY: 'quote a value that contains ": "; or the next line is indented too far',
  MISSING_CHAR: 'check the indentation, and that quotes and brackets are closed',
  BAD_INDENT: 'check the indentation, and that quotes and brackets are closed',
  BAD_SCALAR_START: 'quote the value',
}

/** The `{{ … }}` at the start of an unquoted value on the line of an offset, if there is one. */
function unquotedTemplate(text: string, offset: number): { start: number; end: number } | undefined {
  const lineStart = text.lastIndexOf('\n', offset - 1) + 1
  const lineEnd = text.indexOf('\n', offset)
  const line = text.slice(lineStart, lineEnd === -1 ? text.length : lineEnd)
  const match = /(?:[:,[]|-)\s+(\{\{.*)$|^\s*(\{\{.*)$/.exec(line)
  const found = match?.[1] ?? match?.[2]
  if (!found) return undefined
  const start = lineStart + line.length - found.length
  return { start, end: start + found.trimEnd().length }
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1)
}
