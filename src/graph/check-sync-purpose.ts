import type { ConnectorDescription } from '../connectors/description.js'
import { at } from '../language/origin.js'
import { oneOf } from '../language/problem.js'
import type { Sync } from '../language/sync.js'
import type { Checking } from './checking.js'
import { keyOf, type Synced } from './synced.js'

/** Marketing has a purpose, a purpose has consent, and consent can be withdrawn. */
export function checkSyncPurpose(
  checking: Checking,
  sync: Sync,
  synced: Synced,
  connector: ConnectorDescription | undefined,
): void {
  const { declarations, findings, edges } = checking
  const { origin, purpose } = sync
  const candidates = [...declarations.purposes.keys()]
  if (!purpose) {
    if (connector?.category === 'marketing')
      findings.error('CDP2002', origin, `${connector.title} is for marketing: the key "purpose" is missing`, {
        expected: `${oneOf([...candidates, 'none'])}; none says that no consent is needed`,
      })
    return
  }
  if (purpose.kind === 'none') return
  const place = at(origin, 'purpose')
  const declared = declarations.purposes.get(purpose.name)
  if (!declared) {
    findings.unknown(place, { kind: 'purpose', name: purpose.name, candidates })
    return
  }
  if (sync.onWithdraw === undefined)
    findings.error('CDP2002', origin, 'the key "on_withdraw" is missing', {
      expected: 'what becomes of a row whose consent is gone: nothing, suppress, unsubscribe, remove, delete',
    })
  if (synced.entity && synced.entity.name !== declared.entity)
    findings.error('CDP3004', place, `the purpose ${declared.name} is of ${declared.entity}`, {
      expected: `a purpose of ${synced.entity.name}`,
    })
  for (const consent of declarations.project.consents) {
    if (consent.entity !== declared.entity || !declarations.sources.has(consent.from)) continue
    edges.add(`sync.${sync.name}`, `source.${consent.from}`, place)
  }
  if (declarations.entities.has(declared.entity))
    edges.add(`sync.${sync.name}`, `identity.${declared.entity}`, place)
  const asked = declared.appliesTo
  if (asked === undefined || sends(sync, synced, asked)) return
  findings.error('CDP3006', place, `${declared.name} asks about ${asked}, which is not sent`, {
    expected: `${asked} in the map or as the key: consent is checked for the very value that is sent`,
  })
}

function sends(sync: Sync, synced: Synced, column: string): boolean {
  return (
    keyOf(sync, synced).includes(column) ||
    sync.map.some((field) => field.kind === 'column' && field.column === column)
  )
}
