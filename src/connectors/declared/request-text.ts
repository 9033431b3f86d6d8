import type { HttpRequest } from '../http/client.js'

/** Headers that are the same in every request. */
const USUAL = ['accept', 'accept-encoding', 'user-agent', 'content-length']

/** A request as people read it. Its credentials are not in it yet. */
export function requestText({ method, url, headers, body }: HttpRequest, auth: string): string {
  const shown = Object.entries(headers).filter(([name]) => !USUAL.includes(name))
  const lines = [`${method} ${url.href}`, ...shown.map(([name, value]) => `${name}: ${value}`)]
  if (auth !== 'none') lines.push(`(${auth} credentials)`)
  return [...lines, ...(body === undefined ? [] : ['', readable(body, headers['content-type'])])].join('\n')
}

function readable(body: string, contentType: string | undefined): string {
  if (!contentType?.includes('json')) return body.trimEnd()
  // Integers that a double does not hold would lose their digits by being read.
  return /\d{16}/.test(body) ? body : JSON.stringify(JSON.parse(body), undefined, 2)
}
