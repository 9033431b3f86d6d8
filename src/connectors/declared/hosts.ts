import type { ConnectorDefinition } from '../../language/connector.js'

/**
 * The hosts that a connector speaks to: those that it writes out and those that its config may name. Undefined where a
 * field of config may name any, as with a webhook.
 */
export function hostsOf(definition: ConnectorDefinition): readonly string[] | undefined {
  const hosts = new Set<string>()
  for (const { type, allow_hosts } of Object.values(definition.config ?? {})) {
    if (type === 'url' && !allow_hosts) return undefined
    for (const host of allow_hosts ?? []) hosts.add(host)
  }
  const visit = (value: unknown): void => {
    if (typeof value === 'string') {
      const host = /^https:\/\/([a-z0-9.-]+)(?=[/?#]|$)/.exec(value)?.[1]
      if (host) hosts.add(host)
    } else if (typeof value === 'object' && value !== null)
      for (const [key, item] of Object.entries(value)) if (key !== 'body') visit(item)
  }
  for (const part of [definition.auth, definition.operations, definition.audience, definition.check])
    visit(part)
  return [...hosts]
}
