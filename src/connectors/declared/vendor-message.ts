import { textAt } from './path.js'

/** Where vendors put what they have to say. */
const MESSAGES = [
  'error.message',
  'message',
  'errors.0.detail',
  'errors.0.message',
  'error_description',
  'detail',
  'reason',
  'error',
  'errors.0',
  '0.message',
  'title',
]
const CODES = [
  'error.code',
  'code',
  'errors.0.code',
  'category',
  'error',
  'errorCode',
  '0.errorCode',
  'status',
]

const LONGEST = 300

/** What an answer says went wrong, in one line; where it says nothing that can be read, its status. */
export function vendorMessage(status: number, body: unknown, text: string): string {
  const found = MESSAGES.map((path) => textAt(body, path)).find((one) => one !== undefined)
  if (found !== undefined) return oneLine(found)
  if (body === undefined && isHtml(text)) return htmlMessage(status)
  if (status === 413) return 'HTTP 413: it is more than the destination takes'
  const said = body === undefined ? oneLine(text) : ''
  return said === '' ? `HTTP ${status}` : `HTTP ${status}: ${said}`
}

/** Nothing that an API says: somebody stands in between, or the address leads elsewhere. */
export function htmlMessage(status: number): string {
  return `HTTP ${status} with an HTML page, as a proxy or a wrong address answers`
}

export function vendorCode(status: number, body: unknown): string {
  const found = CODES.map((path) => textAt(body, path)).find(
    (one) => one !== undefined && /^[\w.:-]{1,80}$/.test(one),
  )
  return found ?? `http_${status}`
}

export function isHtml(text: string): boolean {
  return /^\s*(<!doctype html|<html)/i.test(text)
}

export function oneLine(text: string): string {
  const line = text.replace(/[\p{Cc}\s]+/gu, ' ').trim()
  return line.length > LONGEST ? `${line.slice(0, LONGEST)}…` : line
}
