import type { RequestDefinition } from '../../language/connector-request.js'
import { evaluateLeaf, inText, LeafFault, type LeafScope, OMITTED } from '../../template/leaf-template.js'
import type { HttpRequest } from '../http/client.js'
import { leafOf, renderTree, type ScopedRow } from './body-template.js'
import { encodeBody } from './encode-body.js'
import { headerName, headerValue } from './header.js'

export interface RenderedRequest {
  readonly request: HttpRequest
  /** Rows that are not in it, by their place in the batch, with the reason. */
  readonly faults: ReadonlyMap<number, string>
}

/**
 * A request with its values. Throws a `LeafFault` where something is missing that does not belong to one row of several.
 */
export function renderRequest(
  definition: RequestDefinition,
  scope: LeafScope,
  rows: readonly ScopedRow[],
): RenderedRequest {
  const url = renderUrl(definition.url, scope)
  for (const [name, template] of Object.entries(definition.query ?? {})) {
    const value = typeof template === 'string' ? evaluateLeaf(leafOf(template), scope) : template
    if (value !== OMITTED) url.searchParams.append(name, String(value))
  }
  const headers = renderHeaders(definition.headers ?? {}, scope)
  const { value, faults } = renderTree(definition.body, scope, rows)
  const body = encodeBody(value, definition.body_type ?? 'json')
  return {
    request: {
      method: definition.method,
      url,
      headers: {
        accept: 'application/json',
        'accept-encoding': 'identity',
        'user-agent': 'cdp',
        ...(body && {
          'content-type': body.contentType,
          'content-length': String(Buffer.byteLength(body.text)),
        }),
        ...headers,
      },
      credentials: {},
      ...(body && { body: body.text }),
    },
    faults,
  }
}

/** The base URL of config stands as it is, all other values are encoded: no value reaches another path or host. */
export function renderUrl(template: string, scope: LeafScope): URL {
  const { parts } = leafOf(template)
  const text = parts.map((part, index) => {
    if (part.kind === 'text') return part.text
    const value = inText(part, scope)
    if (index === 0) return parts.length > 1 ? value.replace(/\/+$/, '') : value
    if (value === '') throw new LeafFault('a part of the address is empty')
    if (value === '.' || value === '..')
      throw new LeafFault('a part of the address would lead to another one')
    return encodeURIComponent(value)
  })
  const url = text.join('')
  if (!URL.canParse(url)) throw new LeafFault('the address is not one')
  return new URL(url)
}

function renderHeaders(
  templates: Readonly<Record<string, string>>,
  scope: LeafScope,
): Record<string, string> {
  const entries = Object.entries(templates).flatMap(([name, template]) => {
    const value = evaluateLeaf(leafOf(template), scope)
    return value === OMITTED ? [] : [[headerName(name), headerValue(name, String(value))] as const]
  })
  return Object.fromEntries(entries)
}
