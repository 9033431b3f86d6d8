import { isIP } from 'node:net'
import { addressKind } from './address.js'

/** Which places requests may go to. */
export interface HostPolicy {
  readonly allowHttp: boolean
  readonly allowPrivate: boolean
  /** Hosts of the connector, `*.example.com` for all below; undefined where the user names the place. */
  readonly hosts: readonly string[] | undefined
}

/** Why a request may not go somewhere, and what can be done about it. */
export interface HostRefusal {
  readonly message: string
  readonly remedy?: string
}

/** What is wrong with an address before it is resolved; undefined where nothing is. */
export function refuseUrl(url: URL, policy: HostPolicy): HostRefusal | undefined {
  const host = hostOf(url)
  if (url.protocol !== 'https:' && url.protocol !== 'http:')
    return { message: `addresses with ${url.protocol} are not spoken to`, remedy: 'Write https://….' }
  if (url.username !== '' || url.password !== '')
    return {
      message: `the address of ${host} holds a user name or password`,
      remedy: "Give them in the destination's config, where they are masked.",
    }
  if (url.protocol === 'http:' && !policy.allowHttp)
    return {
      message: `${host} would be spoken to without encryption`,
      remedy: 'Write https://…, or allow_http: true on the destination.',
    }
  const literal = isIP(host) === 0 ? undefined : refuseAddress(host, host, policy)
  if (literal) return literal
  if (
    policy.hosts &&
    !policy.hosts.some((allowed) => fits(host, allowed)) &&
    !(policy.allowPrivate && isLocal(host))
  )
    return {
      message: `${host} is not a host of this connector`,
      remedy: `It speaks to ${policy.hosts.join(', ')} only.`,
    }
  return undefined
}

/** What is wrong with the address that a host was resolved to. */
export function refuseAddress(host: string, address: string, policy: HostPolicy): HostRefusal | undefined {
  const kind = addressKind(address)
  if (kind === 'public' || (kind === 'private' && policy.allowPrivate)) return undefined
  const at = host === address ? host : `${host} (${address})`
  return kind === 'private'
    ? {
        message: `${at} is an address of this machine or of a private network`,
        remedy: 'If it is meant, write allow_private: true on the destination.',
      }
    : { message: `${at} is no address that can be sent to` }
}

/** The host of an address, IPv6 without its brackets. */
export function hostOf(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, '')
}

function fits(host: string, allowed: string): boolean {
  if (!allowed.startsWith('*.')) return host === allowed.toLowerCase()
  return host.endsWith(allowed.slice(1).toLowerCase()) && host.length > allowed.length - 1
}

/** A server on the same network stands in for the vendor: a proxy, a test. */
function isLocal(host: string): boolean {
  return host === 'localhost' || (isIP(host) !== 0 && addressKind(host) === 'private')
}
