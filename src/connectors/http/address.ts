import { BlockList, isIP } from 'node:net'

/** No place of the public internet, and none of a private network either: refused whatever a destination says. */
const NOWHERE = blockList([
  '0.0.0.0/8',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
  '::/128',
  'ff00::/8',
  '2001:db8::/32',
  '100::/64',
])

/** This machine, its network, and the services that a cloud gives to a machine under such addresses. */
const PRIVATE = blockList([
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '168.63.129.16/32',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '::1/128',
  'fc00::/7',
  'fe80::/10',
  'fec0::/10',
])

/** Prefixes of IPv6 that hold an IPv4 address, which may be any: mapped, compatible, translated (NAT64, 6to4), Teredo. */
const EMBEDDING = blockList(['::/96', '64:ff9b::/96', '64:ff9b:1::/48', '2002::/16', '2001::/32'])

export type AddressKind = 'public' | 'private' | 'nowhere'

/** What kind of address this is. `address` is an IP address as a resolver gives it. */
export function addressKind(address: string): AddressKind {
  const version = isIP(address)
  if (version === 0) return 'nowhere'
  const mapped = version === 6 ? mappedAddress(address) : undefined
  if (mapped !== undefined) return addressKind(mapped)
  const family = version === 4 ? 'ipv4' : 'ipv6'
  // A loopback address is within the prefix of compatible ones: private comes first.
  if (PRIVATE.check(address, family)) return 'private'
  if (NOWHERE.check(address, family)) return 'nowhere'
  return version === 6 && EMBEDDING.check(address, 'ipv6') ? 'nowhere' : 'public'
}

/** The IPv4 address in `::ffff:127.0.0.1`, in both of its spellings. */
function mappedAddress(address: string): string | undefined {
  const rest = /^(?:0{0,4}:){1,5}:?ffff:(.+)$/i.exec(address)?.[1]
  if (rest === undefined) return undefined
  if (isIP(rest) === 4) return rest
  const [high, low] = rest.split(':').map((part) => Number.parseInt(part, 16))
  if (high === undefined || low === undefined) return undefined
  return [high >> 8, high & 255, low >> 8, low & 255].join('.')
}

function blockList(ranges: readonly string[]): BlockList {
  const list = new BlockList()
  for (const range of ranges) {
    const [network = '', bits] = range.split('/')
    list.addSubnet(network, Number(bits), network.includes(':') ? 'ipv6' : 'ipv4')
  }
  return list
}
